#include "sky/mime/header.h"

#include "sky/base/ascii.h"

namespace sky::mime {
namespace {

// Up to and with the LF; the rest when there is none.
std::string_view line_at(std::string_view text, std::size_t at) {
    const auto end = text.find('\n', at);
    return text.substr(at, end == std::string_view::npos ? std::string_view::npos : end - at + 1);
}

std::string_view without_break(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool continues(std::string_view line) { return !line.empty() && (line.front() == ' ' || line.front() == '\t'); }

// The length of the field name at the start of the line; 0 when it starts no field. White space before the colon is obsolete syntax
// (RFC 5322 §4.5) and still met.
std::size_t name_length(std::string_view line) {
    std::size_t n = 0;
    while (n < line.size() && line[n] > ' ' && line[n] < 127 && line[n] != ':') ++n;
    std::size_t colon = n;
    while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t')) ++colon;
    return n > 0 && colon < line.size() && line[colon] == ':' ? n : 0;
}

// mbox files and some gateways leave one of these above the header.
bool is_mbox_line(std::string_view line) { return line.starts_with("From ") || line.starts_with(">From "); }

}  // namespace

Header parse_header(std::string_view entity) {
    Header header;
    std::size_t at = 0;
    bool any = false;
    while (at < entity.size()) {
        const auto first = line_at(entity, at);
        if (without_break(first).empty()) {
            at += first.size();
            break;
        }
        const auto name = name_length(first);
        if (name == 0 && !any && !is_mbox_line(first)) return {};
        any = true;
        std::size_t end = at + first.size();
        while (end < entity.size() && continues(entity.substr(end, 1))) end += line_at(entity, end).size();
        if (name > 0) {
            Field field;
            field.raw = entity.substr(at, end - at);
            field.name = field.raw.substr(0, name);
            field.value = without_break(field.raw.substr(field.raw.find(':') + 1));
            field.offset = at;
            header.fields.push_back(field);
        }
        at = end;
    }
    header.size = at;
    return header;
}

const Field* find(const Header& header, std::string_view name) {
    for (const auto& field : header.fields)
        if (ascii::equals_ignoring_case(field.name, name)) return &field;
    return nullptr;
}

std::string unfold(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (const char c : value)
        if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
    const auto trimmed = ascii::trim(out);
    return trimmed.size() == out.size() ? out : std::string(trimmed);
}

std::string select_fields(std::string_view header, const std::vector<std::string>& names, Select select) {
    std::string out;
    for (const auto& field : parse_header(header).fields) {
        bool named = false;
        for (const auto& name : names) named = named || ascii::equals_ignoring_case(field.name, name);
        if (named == (select == Select::these)) out.append(field.raw);
    }
    if (!out.empty() && !out.ends_with('\n')) out.append("\r\n");
    return out.append("\r\n");
}

}  // namespace sky::mime
