#include "imap/section_range.h"

#include "sky/mime/header.h"

namespace sky::imapd {
namespace {

using Text = imap::Section::Text;

constexpr std::uint64_t header_limit = 4 * 1024 * 1024;  // of HEADER.FIELDS, which needs the whole header at once

mime::Section::Of kind_of(Text text) {
    switch (text) {
        case Text::none:
            return mime::Section::Of::whole;
        case Text::text:
            return mime::Section::Of::text;
        case Text::mime:
            return mime::Section::Of::mime;
        default:
            return mime::Section::Of::header;
    }
}

}  // namespace

std::optional<mime::Range> section_range(const imap::Section& section, const store::Placement& message, const store::EmailText* text) {
    if (section.path.empty()) {
        if (section.text == Text::none || text == nullptr) return mime::Range{0, message.size};
        const std::uint64_t header = text->prefix_size + text->header_size;
        if (section.text == Text::text) return mime::Range{header, text->prefix_size + text->blob_size - header};
        return mime::Range{0, header};
    }
    const auto tree = mime::unpack(text->tree);
    if (!tree) return std::nullopt;
    return mime::locate(*tree, {.part = section.path, .of = kind_of(section.text)}, text->prefix_size);
}

bool names_fields(const imap::Section& section) { return section.text == Text::header_fields || section.text == Text::header_fields_not; }

Task<Result<std::string>> read_fields(Session& session, const imap::Section& section, const store::Placement& message, mime::Range range,
                                      std::optional<std::string_view> here) {
    const auto select = section.text == Text::header_fields ? mime::Select::these : mime::Select::all_but_these;
    if (here) co_return mime::select_fields(*here, section.fields, select);
    const auto header = co_await store::Reader(session.house().pool)
                            .read(session.account().tenant, message.email, range.offset, range.size, header_limit, session.limit());
    if (!header) co_return forward(header);
    co_return mime::select_fields(*header, section.fields, select);
}

}  // namespace sky::imapd
