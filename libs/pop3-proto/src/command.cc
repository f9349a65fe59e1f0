#include "sky/pop3-proto/command.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::pop3 {

Result<CommandLine> parse_command(std::string_view line) {
    if (std::ranges::any_of(line, [](char c) { return (c >= 0 && c < 32) || c == 127; }))
        return unexpected(Fault::syntax, "control character in command", ascii::printable(line, 40));
    const auto space = std::min(line.find(' '), line.size());
    const auto keyword = line.substr(0, space);
    if (keyword.empty() || keyword.size() > 16 || !std::ranges::all_of(keyword, ascii::is_alpha))
        return unexpected(Fault::syntax, "command expected");
    return CommandLine{ascii::to_upper(keyword), std::string(line.substr(std::min(space + 1, line.size())))};
}

std::string print(const CommandLine& command) {
    return command.argument.empty() ? command.keyword : command.keyword + " " + command.argument;
}

Result<std::uint32_t> parse_number(std::string_view argument) {
    const auto value = ascii::number(argument, UINT32_MAX);
    if (!value || *value == 0) return unexpected(Fault::syntax, "message number expected");
    return static_cast<std::uint32_t>(*value);
}

Result<Top> parse_top(std::string_view argument) {
    const auto parts = ascii::split(argument, ' ');
    if (parts.size() != 2) return unexpected(Fault::syntax, "message number and line count expected");
    const auto number = parse_number(parts[0]);
    if (!number) return forward(number);
    const auto lines = ascii::number(parts[1], UINT32_MAX);
    if (!lines) return unexpected(Fault::syntax, "line count expected");
    return Top{*number, static_cast<std::uint32_t>(*lines)};
}

}  // namespace sky::pop3
