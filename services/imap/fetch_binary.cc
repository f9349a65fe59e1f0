#include "imap/fetch_binary.h"

#include <algorithm>

#include "imap/section_range.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;
using mime::Encoding;

constexpr std::size_t at_once = 1024 * 1024;  // decoded octets held before they are announced

bool is_identity(Encoding encoding) {
    return encoding == Encoding::seven_bit || encoding == Encoding::eight_bit || encoding == Encoding::binary;
}

constexpr std::size_t piece_octets = 32 * 1024;  // encoded: where a client that reads on finds its place again

}  // namespace

// A part's octets from some place on, decoded piece by piece.
class BinaryParts::Decoding {
  public:
    Decoding(Session& session, const FetchOne& one, mime::Range range, std::string_view octets, BinaryPlace from)
        : session_(&session), one_(&one), range_(range), octets_(octets), place_(std::move(from)), before_(place_) {}

    // The next decoded piece; nullopt at the end. May be empty.
    Task<Result<std::optional<std::string>>> next() {
        if (over_) co_return std::nullopt;
        before_ = place_;
        std::string out;
        if (place_.encoded < range_.size) {
            const auto more = co_await encoded();
            if (!more) co_return forward(more);
            place_.decoder.feed(*more, out);
            place_.encoded += more->size();
        }
        over_ = place_.encoded == range_.size;
        if (over_) place_.decoder.finish(out);
        place_.decoded += out.size();
        co_return out;
    }

    // Where the last piece began.
    const BinaryPlace& before() const { return before_; }

  private:
    // At least one octet.
    Task<Result<std::string_view>> encoded() {
        const std::uint64_t left = range_.size - place_.encoded;
        if (range_.offset + range_.size <= octets_.size())
            co_return octets_.substr(range_.offset + place_.encoded, std::min<std::uint64_t>(left, piece_octets));
        if (!body_) {
            auto opened =
                co_await store::Reader(session_->house().pool)
                    .open(session_->account().tenant, one_->message.email, range_.offset + place_.encoded, left, session_->limit());
            if (!opened) co_return forward(opened);
            if (opened->size() != left) co_return unexpected(Fault::corrupt, "The message is damaged", "body shorter than told");
            body_ = *std::move(opened);
        }
        if (read_.size() == taken_) {
            auto piece = co_await body_->next(session_->limit());
            if (!piece) co_return forward(piece);
            if (piece->empty()) co_return unexpected(Fault::corrupt, "The message is damaged", "body shorter than told");
            read_ = *std::move(piece);
            taken_ = 0;
        }
        const auto out = std::string_view(read_).substr(taken_, piece_octets);
        taken_ += out.size();
        co_return out;
    }

    Session* session_;
    const FetchOne* one_;
    mime::Range range_;
    std::string_view octets_;
    BinaryPlace place_, before_;
    std::optional<store::BodyReader> body_;
    std::string read_;
    std::size_t taken_ = 0;
    bool over_ = false;
};

namespace {

// What of a piece that begins at `at` lies within the window.
std::string_view cut(std::string_view piece, std::uint64_t at, std::uint64_t from, std::uint64_t to) {
    if (to <= at || from >= at + piece.size()) return {};
    const std::uint64_t begin = std::max(from, at) - at;
    return piece.substr(begin, std::min<std::uint64_t>(to - at, piece.size()) - begin);
}

// How the octets of a section are encoded. Only the bodies of leaves can be: no header, no multipart, no message (RFC 2045 §6.4).
Encoding encoding_of(const mime::Tree& tree, const imap::Section& section) {
    const auto index = mime::find_part(tree, section.path);
    if (!index || (section.text != imap::Section::Text::none && section.text != imap::Section::Text::text)) return Encoding::binary;
    const bool within = section.text == imap::Section::Text::text && !section.path.empty();  // the TEXT of a message that is a part
    const mime::Part& part = tree.parts[*index + (within ? 1 : 0)];
    return part.kind == mime::Part::Kind::leaf ? part.encoding : Encoding::binary;
}

bool holds_nul(std::string_view octets) { return octets.find('\0') != std::string_view::npos; }

}  // namespace

// nullptr: there is no such part.
Result<BinaryParts::Part*> BinaryParts::find(const imap::Section& section) {
    const auto known =
        std::ranges::find_if(parts_, [&](const Part& part) { return part.path == section.path && part.text == section.text; });
    if (known != parts_.end()) return &*known;
    Part part{.path = section.path, .text = section.text, .range = {0, one_->message.size}, .encoding = Encoding::binary, .facts = {}};
    if (!section.path.empty() || section.text != imap::Section::Text::none) {
        const auto tree = mime::unpack(one_->text->tree);
        if (!tree) return unexpected(Fault::corrupt, "The message is damaged", "MIME tree damaged");
        const auto range = section_range(section, one_->message, one_->text);
        if (!range) return nullptr;
        part.range = *range;
        part.encoding = encoding_of(*tree, section);
    }
    if (part.encoding == Encoding::unknown) return unexpected(Fault::unsupported, "This part's encoding is not known");
    if (const auto kept = kept_of(part)) part.facts = kept->facts;
    parts_.push_back(std::move(part));
    return &parts_.back();
}

// From where to decode what begins at `from`: where nothing is encoded, there; else where the client's last chunk was decoded up to.
BinaryParts::Decoding BinaryParts::decoding(const Part& part, std::uint64_t from) const {
    BinaryPlace place{.decoder = mime::TransferDecoder(part.encoding)};
    if (is_identity(part.encoding))
        place.encoded = place.decoded = std::min(from, part.range.size);
    else if (const auto kept = kept_of(part); kept && kept->place.decoded <= from)
        place = kept->place;
    return {*session_, *one_, part.range, octets_, std::move(place)};
}

const BinaryKept* BinaryParts::kept_of(const Part& part) const {
    const auto& kept = session_->mailbox().binary_kept();
    return kept && kept->email == one_->message.email && kept->path == part.path && kept->text == part.text ? kept.get() : nullptr;
}

void BinaryParts::keep(const Part& part, Window window, const Decoding& decoding) {
    if (window.to == UINT64_MAX || is_identity(part.encoding)) return;
    session_->mailbox().binary_kept() =
        std::make_shared<BinaryKept>(BinaryKept{one_->message.email, part.path, part.text, part.facts, decoding.before()});
}

Task<Result<BinaryFacts>> BinaryParts::learn(Part& part) {
    if (part.facts) co_return *part.facts;
    BinaryFacts facts;
    Decoding all = decoding(part, 0);
    while (true) {
        const auto piece = co_await all.next();
        if (!piece) co_return forward(piece);
        if (!*piece) break;
        facts.size += (*piece)->size();
        facts.has_nul = facts.has_nul || holds_nul(**piece);
    }
    part.facts = facts;
    co_return facts;
}

// The window's octets; nullopt when they are too many to be held. Learns what it can on the way.
Task<Result<std::optional<std::string>>> BinaryParts::gather(Part& part, Window window) {
    if (part.facts && std::min(window.to, part.facts->size) > at_once + window.from) co_return std::nullopt;
    std::string out;
    bool fits = true;
    Decoding some = decoding(part, window.from);
    std::uint64_t at = some.before().decoded;
    bool has_nul = at > 0;  // not known of what was passed over: literal8 takes any
    while (true) {
        const auto piece = co_await some.next();
        if (!piece) co_return forward(piece);
        if (!*piece) break;
        if (fits) out += cut(**piece, at, window.from, window.to);
        fits = fits && out.size() <= at_once;
        at += (*piece)->size();
        has_nul = has_nul || holds_nul(**piece);
        if (!fits) std::string().swap(out);
        if (!fits || at < window.to) continue;  // else the rest does not matter
        keep(part, window, some);
        co_return out;
    }
    if (!part.facts) part.facts = BinaryFacts{at, has_nul};
    if (!fits) co_return std::nullopt;
    co_return out;
}

// Of a part whose size is known: again, piece by piece.
Task<Result<void>> BinaryParts::stream(Part& part, Window window, BinaryFacts facts) {
    const std::uint64_t size = std::min(window.to, facts.size) - std::min(window.from, facts.size);
    std::string& out = session_->out();
    std::uint64_t sent = 0;
    bool announced = false;
    Decoding some = decoding(part, window.from);
    std::uint64_t at = some.before().decoded;
    while (sent < size) {
        const auto piece = co_await some.next();
        if (!piece) co_return forward(piece);
        if (!*piece) co_return unexpected(Fault::corrupt, "The message is damaged", "a part decodes to less than before");
        if (!std::exchange(announced, true)) announce(size, facts.has_nul);  // only now: until then the answer can be taken back
        const std::string_view wanted = cut(**piece, at, window.from, window.to);
        at += (*piece)->size();
        sent += wanted.size();
        out += wanted;
        if (auto flushed = co_await session_->wire().flush_if_large(); !flushed) co_return flushed;
    }
    if (!announced) announce(0, false);
    keep(part, window, some);
    co_return Result<void>{};
}

void BinaryParts::announce(std::uint64_t size, bool has_nul) {
    if (has_nul) session_->out() += '~';  // literal8 (RFC 3516 §4.3)
    session_->out() += '{';
    imap::append_number(session_->out(), size);
    session_->out() += "}\r\n";
}

Result<void> BinaryParts::check(const imap::FetchItem& item) {
    const auto found = find(item.section);
    if (!found) return forward(found);
    return {};
}

Task<Result<void>> BinaryParts::append_fields(const imap::FetchItem& item, mime::Range header) {
    const bool here = header.offset + header.size <= octets_.size();
    const auto lines = co_await read_fields(*session_, item.section, one_->message, header,
                                            here ? std::optional(octets_.substr(header.offset, header.size)) : std::nullopt);
    if (!lines) co_return forward(lines);
    if (item.what == What::binary_size) {
        imap::append_number(session_->out(), lines->size());
        co_return Result<void>{};
    }
    const std::string_view octets =
        item.partial ? cut(*lines, 0, item.partial->offset, item.partial->offset + item.partial->count) : *lines;
    announce(octets.size(), holds_nul(octets));
    session_->out() += octets;
    co_return Result<void>{};
}

Task<Result<void>> BinaryParts::append(const imap::FetchItem& item) {
    const auto found = find(item.section);
    if (!found) co_return forward(found);
    imap::append_section_name(session_->out(), item);
    session_->out() += ' ';
    Part* const part = *found;
    if (part != nullptr && names_fields(item.section)) co_return co_await append_fields(item, part->range);
    if (item.what == What::binary_size) {
        // Nothing is decoded where nothing is encoded.
        BinaryFacts facts{part == nullptr ? 0 : part->range.size, false};
        if (part != nullptr && !is_identity(part->encoding)) {
            const auto learnt = co_await learn(*part);
            if (!learnt) co_return forward(learnt);
            facts = *learnt;
        }
        imap::append_number(session_->out(), facts.size);
        co_return Result<void>{};
    }
    if (part == nullptr) {
        session_->out() += "NIL";
        co_return Result<void>{};
    }
    Window window;
    if (item.partial) window = {item.partial->offset, item.partial->offset + item.partial->count};
    // Large, and not encoded: the size is known, what the octets are is not, and literal8 takes any.
    if (is_identity(part->encoding) && !part->facts && part->range.size > at_once) part->facts = BinaryFacts{part->range.size, true};
    const auto octets = co_await gather(*part, window);
    if (!octets) co_return forward(octets);
    if (!*octets) co_return co_await stream(*part, window, *part->facts);
    announce((*octets)->size(), holds_nul(**octets));
    session_->out() += **octets;
    co_return Result<void>{};
}

}  // namespace sky::imapd
