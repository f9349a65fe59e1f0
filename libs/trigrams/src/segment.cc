#include "sky/trigrams/segment.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "page.h"

namespace sky::trigrams {
namespace {

constexpr std::size_t postings_on_page = 16'384;
constexpr std::uint32_t dropped = std::numeric_limits<std::uint32_t>::max();

// A document and a key of it, so that sorting brings the places of each key together.
using Posting = std::uint64_t;
constexpr Posting posting(Key key, std::uint32_t place) { return static_cast<Posting>(key) << 32 | place; }
constexpr Key key_of(Posting one) { return static_cast<Key>(one >> 32); }
constexpr auto place_of(Posting one) { return static_cast<std::uint32_t>(one); }

std::uint32_t pages_for(std::size_t postings) {
    return static_cast<std::uint32_t>(std::clamp<std::size_t>(std::bit_ceil(postings / postings_on_page + 1), 1, max_pages));
}

// Sorted postings onto the pages first, first + step, …: they belong on no other.
void write_pages(const std::vector<Posting>& postings, std::size_t documents, std::vector<std::string>& pages, std::uint32_t first,
                 std::uint32_t step) {
    std::vector<PageWriter> writers((pages.size() - first + step - 1) / step, PageWriter(documents));
    const auto mask = static_cast<std::uint32_t>(pages.size() - 1);
    std::vector<std::uint32_t> places;
    for (std::size_t at = 0; at < postings.size();) {
        const Key key = key_of(postings[at]);
        places.clear();
        for (; at < postings.size() && key_of(postings[at]) == key; ++at)
            if (places.empty() || places.back() != place_of(postings[at])) places.push_back(place_of(postings[at]));
        writers[((page_hash(key) & mask) - first) / step].add(key, places);
    }
    for (std::size_t i = 0; i < writers.size(); ++i) pages[first + i * step] = writers[i].finish();
}

// All postings of an input's pages that go to pages ≡ `residue`, with the places that its documents have in the merged segment.
bool read_pages(const Segment& input, const std::vector<std::uint32_t>& new_place, std::uint32_t residue, std::uint32_t step,
                std::vector<Posting>& out) {
    std::vector<std::uint32_t> places;
    for (std::size_t page = residue; page < input.pages.size(); page += step) {
        auto reader = PageReader::open(input.pages[page], input.documents.size());
        if (!reader) return false;
        while (reader->next()) {
            places.clear();
            reader->places(places);
            for (const std::uint32_t place : places)
                if (new_place[place] != dropped) out.push_back(posting(reader->key(), new_place[place]));
        }
        if (reader->is_damaged()) return false;
    }
    return true;
}

}  // namespace

std::uint32_t page_hash(Key key) { return ((key >> 8) * 2654435761U) >> 16; }

void SegmentBuilder::add(std::int64_t document, std::vector<Key> keys) { documents_.push_back({document, std::move(keys)}); }

Segment SegmentBuilder::build() {
    std::ranges::sort(documents_, {}, &Document::id);
    Segment out;
    std::vector<Posting> postings;
    for (const Document& document : documents_) {
        if (out.documents.empty() || out.documents.back() != document.id) out.documents.push_back(document.id);
        for (const Key key : document.keys) postings.push_back(posting(key, static_cast<std::uint32_t>(out.documents.size() - 1)));
    }
    documents_.clear();
    std::ranges::sort(postings);
    out.pages.resize(pages_for(postings.size()));
    write_pages(postings, out.documents.size(), out.pages, 0, 1);
    return out;
}

std::optional<Segment> merge(std::span<const Segment> segments, std::span<const std::int64_t> kept) {
    Segment out;
    std::size_t packed = 0;
    std::uint32_t step = max_pages;
    for (const Segment& input : segments) {
        for (const std::int64_t document : input.documents)
            if (std::ranges::binary_search(kept, document)) out.documents.push_back(document);
        for (const std::string& page : input.pages) packed += page.size();
        step = std::min(step, static_cast<std::uint32_t>(input.pages.size()));
    }
    std::ranges::sort(out.documents);
    out.documents.erase(std::unique(out.documents.begin(), out.documents.end()), out.documents.end());
    std::vector<std::vector<std::uint32_t>> new_places;
    for (const Segment& input : segments) {
        auto& places = new_places.emplace_back();
        for (const std::int64_t document : input.documents) {
            const auto at = std::ranges::lower_bound(out.documents, document);
            const bool is_kept = at != out.documents.end() && *at == document;
            places.push_back(is_kept ? static_cast<std::uint32_t>(at - out.documents.begin()) : dropped);
        }
    }
    out.pages.resize(std::max(step, pages_for(packed)));  // about an octet a posting
    std::vector<Posting> postings;
    for (std::uint32_t residue = 0; residue < step; ++residue) {  // a part at a time: pages of one residue go to pages of that residue
        postings.clear();
        for (std::size_t i = 0; i < segments.size(); ++i)
            if (!read_pages(segments[i], new_places[i], residue, step, postings)) return std::nullopt;
        std::ranges::sort(postings);
        write_pages(postings, out.documents.size(), out.pages, residue, step);
    }
    return out;
}

std::string pack_documents(std::span<const std::int64_t> documents) {
    std::string out;
    std::int64_t before = 0;
    for (const std::int64_t document : documents) {
        put_number(out, static_cast<std::uint64_t>(document - before));
        before = document;
    }
    return out;
}

std::optional<std::vector<std::int64_t>> unpack_documents(std::string_view packed) {
    std::vector<std::int64_t> out;
    std::uint64_t document = 0, step = 0;
    unsigned shift = 0;
    for (const char each : packed) {
        const auto octet = static_cast<unsigned char>(each);
        if (shift > 56) return std::nullopt;
        step |= static_cast<std::uint64_t>(octet & 0x7F) << shift;
        shift += 7;
        if (octet >= 0x80) continue;
        document += step;
        if (document > std::numeric_limits<std::int64_t>::max() || out.size() == max_documents) return std::nullopt;
        out.push_back(static_cast<std::int64_t>(document));
        step = 0;
        shift = 0;
    }
    if (shift != 0) return std::nullopt;
    return out;
}

}  // namespace sky::trigrams
