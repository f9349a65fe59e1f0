#include "sky/imap-proto/write.h"

#include <algorithm>

#include "grammar.h"
#include "sky/imap-proto/mutf7.h"

namespace sky::imap {

void append_literal(std::string& out, std::string_view octets) {
    out += '{';
    append_number(out, octets.size());
    out += "}\r\n";
    out += octets;
}

void append_quoted(std::string& out, std::string_view text) {
    const std::size_t start = out.size();
    out += '"';
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet == 0 || octet == '\r' || octet == '\n' || octet >= 0x80) {
            out.resize(start);
            return append_literal(out, text);
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

void append_string(std::string& out, std::string_view text) {
    if (text.size() > 1000) return append_literal(out, text);
    append_quoted(out, text);
}

void append_astring(std::string& out, std::string_view text) {
    const bool atom = !text.empty() && text.size() < 200 && std::ranges::all_of(text, grammar::is_astring_char) && !ascii_equals_nil(text);
    if (atom)
        out += text;
    else
        append_string(out, text);
}

void append_mailbox(std::string& out, std::string_view utf8_name, NameForm form) {
    if (form == NameForm::mutf7) return append_astring(out, encode_mutf7(utf8_name));
    // RFC 6855 §3: quoted strings may carry UTF-8 once the client has enabled it.
    out += '"';
    for (const char c : utf8_name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

void append_text(std::string& out, std::string_view text) {
    for (const char c : text) out += c >= 0x20 && c < 0x7f ? c : '?';
}

void append_response(std::string& out, std::string_view tag, std::string_view status, std::string_view code, std::string_view text) {
    (out += tag) += ' ';
    (out += status) += ' ';
    if (!code.empty()) ((out += '[') += code) += "] ";
    append_text(out, text.empty() ? "done" : text);
    out += "\r\n";
}

}  // namespace sky::imap
