#include "sky/smtp-proto/command.h"

#include <algorithm>

#include "scan.h"

namespace sky::smtp {

Result<CommandLine> parse_command(std::string_view line) {
    for (const char c : line)
        if ((c < 32 && c != '\t') || c > 126) return unexpected(Fault::syntax, "bad octet in command", ascii::printable(line, 80));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    const auto space = std::min(line.find(' '), line.size());
    if (space == 0) return unexpected(Fault::syntax, "command expected");
    auto argument = line.substr(space);
    while (!argument.empty() && argument.front() == ' ') argument.remove_prefix(1);
    return CommandLine{ascii::to_upper(line.substr(0, space)), std::string(argument)};
}

std::string print(const CommandLine& command) {
    return command.argument.empty() ? command.keyword : command.keyword + " " + command.argument;
}

// RFC 5321 §4.1.1.1. Octets that could end a comment, start a quoted string or pass for an address have no place in a host's name.
Result<std::string> parse_helo(std::string_view argument) {
    const bool sane = !argument.empty() && argument.size() <= max_domain &&
                      (is_address_literal(argument) || std::ranges::all_of(argument, [](char c) {
                           return ascii::is_alnum(c) || std::string_view("-_.:").find(c) != std::string_view::npos;
                       }));
    if (!sane) return unexpected(Fault::syntax, "host name expected", ascii::printable(argument, 80));
    return std::string(argument);
}

// RFC 4954 §4
Result<Auth> parse_auth(std::string_view argument) {
    const auto parts = ascii::split(argument, ' ');
    const bool name_ok = !parts[0].empty() && parts[0].size() <= 20 &&
                         std::ranges::all_of(parts[0], [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
    if (!name_ok || parts.size() > 2 || parts.back().empty())
        return unexpected(Fault::syntax, "AUTH mechanism [initial-response] expected");
    Auth auth{ascii::to_upper(parts[0]), std::nullopt};
    if (parts.size() == 2) auth.initial = std::string(parts[1]);
    return auth;
}

std::string print(const Auth& auth) { return auth.initial ? auth.mechanism + " " + *auth.initial : auth.mechanism; }

}  // namespace sky::smtp
