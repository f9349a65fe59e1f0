#pragma once
// Status lines (RFC 1939 §3) with response codes (RFC 2449 §8, RFC 3206).
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::pop3 {

// One line with CRLF, at most 512 octets (RFC 2449 §4). Control characters and octets over 126 become "?".
std::string ok(std::string_view text);
std::string err(std::string_view text, std::string_view code = {});  // code "SYS/TEMP" is put in brackets
std::string err(const Error& error);                                 // by the table of faults

}  // namespace sky::pop3
