#include "sky/mime/imap_text.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/parameters.h"

namespace sky::mime {
namespace {

constexpr std::size_t longest_quoted = 1000;

void put_nstring(std::string& out, std::string_view text) {
    if (text.empty())
        out += "NIL";
    else
        put_string(out, text);
}

void put_field(std::string& out, const Header& header, std::string_view name) {
    const auto* field = find(header, name);
    put_nstring(out, field ? unfold(field->value) : std::string());
}

// NIL for a field that is not there, "" for one without a text (RFC 9051 §7.5.2).
void put_envelope_field(std::string& out, const Header& header, std::string_view name) {
    if (const auto* field = find(header, name))
        put_string(out, unfold(field->value));
    else
        out += "NIL";
}

// All fields of that name together: some senders repeat To.
std::vector<Address> addresses(const Header& header, std::string_view name) {
    std::vector<Address> out;
    for (const auto& field : header.fields) {
        if (!ascii::equals_ignoring_case(field.name, name)) continue;
        for (auto& address : parse_addresses(field.value))
            if (out.size() < 10'000) out.push_back(std::move(address));
    }
    return out;
}

// "(name adl mailbox host)"; a group is host NIL (RFC 9051 §7.5.2), so a missing host is the empty string.
void put_address(std::string& out, const Address& address) {
    out += "(";
    switch (address.kind) {
        case Address::Kind::group_start:
            out += "NIL NIL ";
            put_string(out, address.name);
            out += " NIL";
            break;
        case Address::Kind::group_end:
            out += "NIL NIL NIL NIL";
            break;
        case Address::Kind::mailbox:
            put_nstring(out, address.name);
            out += ' ';
            put_nstring(out, address.route);
            out += ' ';
            put_string(out, address.local);
            out += ' ';
            put_string(out, address.domain);
            break;
    }
    out += ")";
}

void put_addresses(std::string& out, const std::vector<Address>& list) {
    if (list.empty()) {
        out += "NIL";
        return;
    }
    out += '(';
    for (const auto& address : list) put_address(out, address);
    out += ')';
}

// An extended parameter keeps its RFC 2231 form on the wire, joined to one: clients know name* but not UTF-8 in quoted strings.
std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "utf-8''";
    for (const char c : text) {
        if (ascii::is_alnum(c) || c == '.' || c == '-' || c == '_') {
            out.push_back(c);
        } else {
            const auto u = static_cast<unsigned char>(c);
            out += {'%', digits[u >> 4], digits[u & 15]};
        }
    }
    return out;
}

bool is_plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127; });
}

void put_parameters(std::string& out, const std::vector<Parameter>& parameters) {
    if (parameters.empty()) {
        out += "NIL";
        return;
    }
    out += '(';
    bool first = true;
    for (const auto& parameter : parameters) {
        if (!first) out += ' ';
        first = false;
        const bool encode = parameter.extended && !is_plain_ascii(parameter.value);
        put_string(out, encode ? parameter.name + "*" : parameter.name);
        out += ' ';
        put_string(out, encode ? percent_encode(parameter.value) : parameter.value);
    }
    out += ')';
}

void put_disposition(std::string& out, const Header& header) {
    const auto* field = find(header, "content-disposition");
    const auto disposition = field ? parse_disposition(field->value) : std::nullopt;
    if (!disposition) {
        out += "NIL";
        return;
    }
    out += '(';
    put_string(out, disposition->kind);
    out += ' ';
    put_parameters(out, disposition->parameters);
    out += ')';
}

void put_languages(std::string& out, const Header& header) {
    const auto* field = find(header, "content-language");
    const auto value = field ? unfold(field->value) : std::string();
    std::string list;
    for (const auto tag : ascii::split(value, ',')) {
        const auto trimmed = ascii::trim(tag);
        if (trimmed.empty()) continue;
        if (!list.empty()) list += ' ';
        put_string(list, trimmed);
    }
    out += list.empty() ? "NIL" : "(" + list + ")";
}

void put_disposition_language_location(std::string& out, const Header& header) {
    out += ' ';
    put_disposition(out, header);
    out += ' ';
    put_languages(out, header);
    out += ' ';
    put_field(out, header, "content-location");
}

// What the tree made of the part, whatever its field says.
ContentType type_of(const Header& header, const Part& part) {
    if (part.fallback)
        return part.text ? ContentType{"text", "plain", {{"charset", "us-ascii"}}} : ContentType{"application", "octet-stream", {}};
    const auto* field = find(header, "content-type");
    auto type = field ? parse_content_type(field->value) : std::nullopt;
    if (type) return *type;
    if (part.kind == Part::Kind::message) return {"message", "rfc822", {}};
    return {"text", "plain", {{"charset", "us-ascii"}}};
}

// Recursion is bounded by max_depth.
class Structure {
  public:
    Structure(std::string_view message, const Tree& tree) : message_(message), tree_(tree) {}

    void put(std::string& out, std::uint32_t index) {
        const auto& part = tree_.parts[index];
        const auto header = parse_header(message_.substr(part.header_offset, part.header_size));
        const auto type = type_of(header, part);
        out += '(';
        if (part.kind == Part::Kind::multipart) {
            for (std::uint32_t i = index + 1; i < part.end; i = tree_.parts[i].end) put(out, i);
            out += ' ';
            put_string(out, type.subtype);
            out += ' ';
            put_parameters(out, type.parameters);
        } else {
            put_string(out, type.type);
            out += ' ';
            put_string(out, type.subtype);
            out += ' ';
            put_parameters(out, type.parameters);
            out += ' ';
            put_field(out, header, "content-id");
            out += ' ';
            put_field(out, header, "content-description");
            out += ' ';
            const auto* encoding = find(header, "content-transfer-encoding");
            const auto name = encoding ? ascii::to_lower(unfold(encoding->value)) : std::string();
            put_string(out, name.empty() ? "7bit" : name);
            out += ' ' + std::to_string(part.body_size);
            if (part.kind == Part::Kind::message) {
                const auto& inner = tree_.parts[index + 1];
                out += ' ' + envelope(parse_header(message_.substr(inner.header_offset, inner.header_size))) + ' ';
                put(out, index + 1);
            }
            if (part.text || part.kind == Part::Kind::message) out += ' ' + std::to_string(part.lines);
            out += ' ';
            put_field(out, header, "content-md5");
        }
        put_disposition_language_location(out, header);
        out += ')';
    }

  private:
    std::string_view message_;
    const Tree& tree_;
};

}  // namespace

void put_string(std::string& out, std::string_view text) {
    const bool quoted =
        text.size() <= longest_quoted && std::ranges::all_of(text, [](char c) { return (c >= ' ' && c < 127) || c == '\t'; });
    if (quoted) {
        out += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
        return;
    }
    out += '{' + std::to_string(text.size()) + "}\r\n";
    const auto start = out.size();
    out += text;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\0', ' ');
}

std::string envelope(const Header& header) {
    std::string out = "(";
    put_envelope_field(out, header, "date");
    out += ' ';
    put_envelope_field(out, header, "subject");
    const auto from = addresses(header, "from");
    const auto or_from = [&](std::string_view name) {
        auto list = addresses(header, name);
        return list.empty() ? from : list;  // RFC 9051 §7.5.2: the server fills Sender and Reply-To
    };
    for (const auto& list :
         {from, or_from("sender"), or_from("reply-to"), addresses(header, "to"), addresses(header, "cc"), addresses(header, "bcc")}) {
        out += ' ';
        put_addresses(out, list);
    }
    out += ' ';
    put_envelope_field(out, header, "in-reply-to");
    out += ' ';
    put_envelope_field(out, header, "message-id");
    return out += ')';
}

std::string bodystructure(std::string_view message, const Tree& tree) {
    std::string out;
    Structure(message, tree).put(out, 0);
    return out;
}

}  // namespace sky::mime
