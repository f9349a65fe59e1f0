#include "smtp/commands.h"

#include <algorithm>
#include <iterator>

namespace sky::smtpd {
namespace {
constexpr Command commands[] = {
    // verb     from              talk          run       described in
    {"EHLO", From::anywhere, Talk::idle, ehlo, "RFC 5321 §4.1.1.1"},
    {"HELO", From::anywhere, Talk::idle, helo, "RFC 5321 §4.1.1.1"},
    {"MAIL", From::greeted, Talk::useful, mail, "RFC 5321 §4.1.1.2"},
    {"RCPT", From::transaction, Talk::useful, rcpt, "RFC 5321 §4.1.1.3"},
    {"DATA", From::transaction, Talk::useful, data, "RFC 5321 §4.1.1.4"},
    {"RSET", From::anywhere, Talk::idle, rset, "RFC 5321 §4.1.1.5"},
    {"NOOP", From::anywhere, Talk::idle, noop, "RFC 5321 §4.1.1.9"},
    {"QUIT", From::anywhere, Talk::useful, quit, "RFC 5321 §4.1.1.10"},
    {"VRFY", From::anywhere, Talk::idle, vrfy, "RFC 5321 §4.1.1.6"},
    {"EXPN", From::anywhere, Talk::idle, expn, "RFC 5321 §4.1.1.7"},
    {"HELP", From::anywhere, Talk::idle, help, "RFC 5321 §4.1.1.8"},
    {"STARTTLS", From::greeted, Talk::useful, starttls, "RFC 3207 §4"},
    {"AUTH", From::greeted, Talk::useful, auth, "RFC 4954 §4"},
};
}  // namespace

const Command* find_command(std::string_view verb) {
    const auto* found = std::ranges::find(commands, verb, &Command::verb);
    return found == std::end(commands) ? nullptr : found;
}

}  // namespace sky::smtpd
