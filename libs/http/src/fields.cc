#include "fields.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::http {
namespace {
bool is_token_char(char c) {
    return ascii::is_alnum(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
}  // namespace

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

Result<void> add_field(Headers& headers, std::string_view line) {
    const auto colon = line.find(':');
    // RFC 9112 §5.1: no white space before the colon; §5.2: no folded lines. Both have been used to smuggle.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return unexpected(Fault::syntax, "bad request", "header field name");
    const auto value = ascii::trim(line.substr(colon + 1));
    if (!is_field_value(value)) return unexpected(Fault::syntax, "bad request", "header field value");
    headers.add(line.substr(0, colon), value);
    return {};
}

}  // namespace sky::http
