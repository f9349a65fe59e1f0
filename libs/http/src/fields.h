#pragma once
// Header fields as requests and responses have them alike.
#include "sky/base/result.h"
#include "sky/http/message.h"

namespace sky::http {

bool is_token(std::string_view text);        // RFC 9110 §5.6.2
bool is_field_value(std::string_view text);  // RFC 9110 §5.5: visible octets, space and tab; obs-text passes

// "Name: value", without its line end.
Result<void> add_field(Headers& headers, std::string_view line);

}  // namespace sky::http
