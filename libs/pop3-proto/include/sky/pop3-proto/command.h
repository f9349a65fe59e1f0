#pragma once
// POP3 commands (RFC 1939 §3). Pure: a line in, a value out.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::pop3 {

inline constexpr std::size_t max_command_line = 512;  // with CRLF; RFC 2449 §4 asks for 255

// Cut at the first space; nothing behind it is trimmed, for a password may begin or end with spaces. `keyword` is upper case.
struct CommandLine {
    std::string keyword;
    std::string argument;
    bool operator==(const CommandLine&) const = default;
};

// `line` comes without CRLF. Keywords are letters; control characters are refused everywhere, octets over 126 in the keyword.
Result<CommandLine> parse_command(std::string_view line);
std::string print(const CommandLine& command);

// "5": a message number, from 1.
Result<std::uint32_t> parse_number(std::string_view argument);

// "5 10" of TOP (RFC 1939 §7).
struct Top {
    std::uint32_t number = 0;
    std::uint32_t lines = 0;
    bool operator==(const Top&) const = default;
};
Result<Top> parse_top(std::string_view argument);

}  // namespace sky::pop3
