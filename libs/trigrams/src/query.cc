#include "sky/trigrams/query.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "page.h"

namespace sky::trigrams {

void Query::require(Field field, std::string_view folded) {
    const std::string text = flattened(folded);
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() == 2) ranges_.push_back({key(field, octet(0), octet(1), 0), key(field, octet(0), octet(1), 0xFF)});
    for (std::size_t at = 0; at + 2 < text.size(); ++at) {
        const Key one = key(field, octet(at), octet(at + 1), octet(at + 2));
        ranges_.push_back({one, one});
    }
    std::ranges::sort(ranges_);
    ranges_.erase(std::unique(ranges_.begin(), ranges_.end()), ranges_.end());
}

std::vector<std::uint32_t> Query::page_hashes() const {
    std::vector<std::uint32_t> out;
    for (const Range& range : ranges_) out.push_back(page_hash(range.first));
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

namespace {

// The places of documents for each range, in the order of the ranges. Ranges lie on one page each.
template <class Ranges>
std::optional<std::vector<std::vector<std::uint32_t>>> postings(const Ranges& ranges, std::size_t documents, std::uint32_t pages,
                                                                const Query::Pages& page) {
    std::vector<std::vector<std::uint32_t>> out(ranges.size());
    std::map<std::uint32_t, std::vector<std::size_t>> on_page;  // ranges by page, ascending
    for (std::size_t i = 0; i < ranges.size(); ++i) on_page[page_hash(ranges[i].first) & (pages - 1)].push_back(i);
    for (const auto& [number, wanted] : on_page) {
        auto reader = PageReader::open(page(number), documents);
        if (!reader) return std::nullopt;
        Key last = 0;
        for (const std::size_t each : wanted) last = std::max(last, ranges[each].last);
        std::vector<std::uint32_t> places;
        while (reader->next() && reader->key() <= last) {
            places.clear();
            for (const std::size_t each : wanted) {
                if (reader->key() < ranges[each].first || reader->key() > ranges[each].last) continue;
                if (places.empty()) reader->places(places);
                out[each].insert(out[each].end(), places.begin(), places.end());
            }
        }
        if (reader->is_damaged()) return std::nullopt;
    }
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (ranges[i].first == ranges[i].last) continue;
        std::ranges::sort(out[i]);
        out[i].erase(std::unique(out[i].begin(), out[i].end()), out[i].end());
    }
    return out;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> Query::match(std::size_t documents, std::uint32_t pages, const Pages& page) const {
    std::vector<std::uint32_t> out;
    if (asks_nothing()) {
        out.resize(documents);
        std::iota(out.begin(), out.end(), 0U);
        return out;
    }
    auto lists = postings(ranges_, documents, pages, page);
    if (!lists) return std::nullopt;
    std::ranges::sort(*lists, {}, &std::vector<std::uint32_t>::size);
    out = std::move(lists->front());
    for (std::size_t i = 1; i < lists->size() && !out.empty(); ++i) {
        std::vector<std::uint32_t> both;
        std::ranges::set_intersection(out, (*lists)[i], std::back_inserter(both));
        out = std::move(both);
    }
    return out;
}

std::optional<std::vector<std::uint16_t>> Query::count(std::size_t documents, std::uint32_t pages, const Pages& page) const {
    const auto lists = postings(ranges_, documents, pages, page);
    if (!lists) return std::nullopt;
    std::vector<std::uint16_t> out(documents);
    for (const auto& list : *lists)
        for (const std::uint32_t place : list) ++out[place];
    return out;
}

}  // namespace sky::trigrams
