#pragma once
// SMTP commands (RFC 5321 §4.1.1) and the arguments of each. Pure: a line in, a value out.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"
#include "sky/smtp-proto/address.h"

namespace sky::smtp {

inline constexpr std::size_t max_command_line = 4096;  // with CRLF; RFC 5321 §4.5.3.1.4 asks for 512 and more for each extension
inline constexpr std::size_t max_auth_line = 12288;    // RFC 4954 §4

// A command line cut at its first space. `keyword` is upper case.
struct CommandLine {
    std::string keyword;
    std::string argument;
    bool operator==(const CommandLine&) const = default;
};

// `line` comes without CRLF. Refused: an empty keyword, and any octet that is not printable ASCII or a tab (NUL, bare CR or LF, 8 bit).
Result<CommandLine> parse_command(std::string_view line);
std::string print(const CommandLine& command);

// An ESMTP parameter (RFC 5321 §4.1.2): keyword in upper case, value absent when there is no "=".
struct Parameter {
    std::string keyword;
    std::optional<std::string> value;
    bool operator==(const Parameter&) const = default;
};

enum class Body { seven_bit, eight_bit_mime };

// MAIL FROM:<path> [parameters] (RFC 5321 §4.1.1.2, RFC 1870, RFC 6152, RFC 4954 §5).
struct MailFrom {
    Path path;
    std::optional<std::uint64_t> size;
    Body body = Body::seven_bit;
    std::optional<std::string> auth;  // AUTH=: kept for the log only, we trust no one's word on it
    bool operator==(const MailFrom&) const = default;
};
Result<MailFrom> parse_mail(std::string_view argument);
std::string print(const MailFrom& mail);  // the argument, not the verb

// RCPT TO:<path>. No parameter is known yet (DSN is not offered), each is refused with 555.
struct RcptTo {
    Address address;
    bool operator==(const RcptTo&) const = default;
};
Result<RcptTo> parse_rcpt(std::string_view argument);
std::string print(const RcptTo& rcpt);

// The name in EHLO or HELO. Real clients send names that are no domains; what is kept out is what could break a Received field.
Result<std::string> parse_helo(std::string_view argument);

// AUTH mechanism [initial-response] (RFC 4954 §4).
struct Auth {
    std::string mechanism;
    std::optional<std::string> initial;
    bool operator==(const Auth&) const = default;
};
Result<Auth> parse_auth(std::string_view argument);
std::string print(const Auth& auth);

}  // namespace sky::smtp
