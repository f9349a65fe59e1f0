#include "imap/fetch_section.h"

#include <algorithm>

#include "imap/section_range.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;
using Text = imap::Section::Text;

std::string name_of(const imap::FetchItem& item) {
    if (item.what == What::rfc822) return "RFC822";
    if (item.what == What::rfc822_header) return "RFC822.HEADER";
    if (item.what == What::rfc822_text) return "RFC822.TEXT";
    std::string name;
    imap::append_section_name(name, item);
    return name;
}

// As BODY[…] would name it.
imap::Section section_of(const imap::FetchItem& item) {
    if (item.what == What::rfc822_header) return {.path = {}, .text = Text::header, .fields = {}};
    if (item.what == What::rfc822_text) return {.path = {}, .text = Text::text, .fields = {}};
    return item.section;
}

// A literal must not hold NUL (RFC 9051 §4.3), binary parts may: it goes as 0x80, so that sizes stay what they are. BINARY has the octet
// itself.
void without_nul(std::string& out, std::size_t from) {
    std::ranges::replace(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), '\0', '\x80');
}

void append_cut(std::string& out, std::string_view octets, const std::optional<imap::Partial>& partial) {
    if (partial) octets = partial->offset >= octets.size() ? std::string_view() : octets.substr(partial->offset, partial->count);
    const std::size_t from = out.size();
    imap::append_literal(out, octets);
    if (octets.contains('\0')) without_nul(out, from);
}

Task<Result<void>> stream(Session& session, const store::Placement& message, mime::Range range) {
    std::string& out = session.out();
    const auto announce = [&] {
        out += '{';
        imap::append_number(out, range.size);
        out += "}\r\n";
    };
    if (range.size == 0) {
        announce();
        co_return Result<void>{};
    }
    store::Reader reader(session.house().pool);
    auto body = co_await reader.open(session.account().tenant, message.email, range.offset, range.size, session.limit());
    if (!body) co_return forward(body);
    for (std::uint64_t left = range.size; left > 0;) {
        auto piece = co_await body->next(session.limit());
        if (!piece) co_return forward(piece);
        if (piece->empty() || piece->size() > left)
            co_return unexpected(Fault::corrupt, "The message is damaged", "body shorter or longer than told");
        if (left == range.size) announce();  // only now: until the first octets are here, the answer can be taken back
        left -= piece->size();
        out += *piece;
        if (piece->contains('\0')) without_nul(out, out.size() - piece->size());
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

}  // namespace

Task<Result<void>> fetch_section(Session& session, const imap::FetchItem& item, const FetchOne& one, std::string_view octets) {
    (session.out() += name_of(item)) += ' ';
    auto range = section_range(section_of(item), one.message, one.text);
    if (!range) {
        session.out() += "NIL";
        co_return Result<void>{};
    }
    const bool here = range->offset + range->size <= octets.size();
    const std::string_view section = here ? octets.substr(range->offset, range->size) : std::string_view();
    if (names_fields(item.section)) {
        const auto header = co_await read_fields(session, item.section, one.message, *range, here ? std::optional(section) : std::nullopt);
        if (!header) co_return forward(header);
        append_cut(session.out(), *header, item.partial);
        co_return Result<void>{};
    }
    if (here) {
        append_cut(session.out(), section, item.partial);
        co_return Result<void>{};
    }
    if (item.partial) {
        const std::uint64_t skip = std::min(item.partial->offset, range->size);
        range = mime::Range{range->offset + skip, std::min(item.partial->count, range->size - skip)};
    }
    co_return co_await stream(session, one.message, *range);
}

}  // namespace sky::imapd
