#include "imap/fetch_section.h"

#include <algorithm>

#include "sky/imap-proto/write.h"
#include "sky/mime/header.h"
#include "sky/mime/section.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;
using Text = imap::Section::Text;

constexpr std::uint64_t header_limit = 4 * 1024 * 1024;  // of HEADER.FIELDS, which needs the whole header at once

std::string name_of(const imap::FetchItem& item) {
    if (item.what == What::rfc822) return "RFC822";
    if (item.what == What::rfc822_header) return "RFC822.HEADER";
    if (item.what == What::rfc822_text) return "RFC822.TEXT";
    std::string name;
    imap::append_section_name(name, item);
    return name;
}

// Where the octets lie in prefix + message.
std::optional<mime::Range> range_of(const imap::FetchItem& item, const store::Placement& message, const store::EmailText* text) {
    const Text kind = item.what == What::rfc822_header ? Text::header : item.what == What::rfc822_text ? Text::text : item.section.text;
    if (item.section.path.empty()) {
        if (kind == Text::none || text == nullptr) return mime::Range{0, message.size};
        const std::uint64_t header = text->prefix_size + text->header_size;
        if (kind == Text::text) return mime::Range{header, text->prefix_size + text->blob_size - header};
        return mime::Range{0, header};
    }
    const auto tree = mime::unpack(text->tree);
    if (!tree) return std::nullopt;
    mime::Section section{.part = item.section.path};
    switch (kind) {
        case Text::none:
            section.of = mime::Section::Of::whole;
            break;
        case Text::text:
            section.of = mime::Section::Of::text;
            break;
        case Text::mime:
            section.of = mime::Section::Of::mime;
            break;
        default:
            section.of = mime::Section::Of::header;
            break;
    }
    return mime::locate(*tree, section, text->prefix_size);
}

void append_cut(std::string& out, std::string_view octets, const std::optional<imap::Partial>& partial) {
    if (partial) octets = partial->offset >= octets.size() ? std::string_view() : octets.substr(partial->offset, partial->count);
    imap::append_literal(out, octets);
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
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

}  // namespace

Task<Result<void>> fetch_section(Session& session, const imap::FetchItem& item, const FetchOne& one, std::string_view octets) {
    (session.out() += name_of(item)) += ' ';
    auto range = range_of(item, one.message, one.text);
    if (!range) {
        session.out() += "NIL";
        co_return Result<void>{};
    }
    const bool here = range->offset + range->size <= octets.size();
    const std::string_view section = here ? octets.substr(range->offset, range->size) : std::string_view();
    if (item.section.text == Text::header_fields || item.section.text == Text::header_fields_not) {
        const auto select = item.section.text == Text::header_fields ? mime::Select::these : mime::Select::all_but_these;
        Result<std::string> header(section);
        if (!here)
            header = co_await store::Reader(session.house().pool)
                         .read(session.account().tenant, one.message.email, range->offset, range->size, header_limit, session.limit());
        if (!header) co_return forward(header);
        append_cut(session.out(), mime::select_fields(*header, item.section.fields, select), item.partial);
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
