#pragma once
// Writing responses (RFC 9051 §7) into a growing buffer. Nothing here can make a peer's octets end a line: what doesn't fit a quoted
// string goes out as a literal.
#include <charconv>
#include <string>
#include <string_view>

#include "sky/imap-proto/mutf7.h"
#include "sky/imap-proto/uid_set.h"

namespace sky::imap {

inline void append_number(std::string& out, std::uint64_t value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_quoted(std::string& out, std::string_view text);  // text without CR, LF, NUL and 8-bit octets, else a literal
void append_literal(std::string& out, std::string_view octets);
void append_string(std::string& out, std::string_view text);   // quoted, or a literal where it must be
void append_astring(std::string& out, std::string_view text);  // an atom where it can be

void append_mailbox(std::string& out, std::string_view utf8_name, NameForm form);

// Human text behind a response: CR, LF, NUL, and 8-bit octets become "?".
void append_text(std::string& out, std::string_view text);

// "A1 OK [CODE] text\r\n"; code without brackets, may be empty. `tag` "*" for an untagged one.
void append_response(std::string& out, std::string_view tag, std::string_view status, std::string_view code, std::string_view text);

}  // namespace sky::imap
