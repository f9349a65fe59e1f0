#include "pop3/commands.h"

#include <algorithm>
#include <iterator>

namespace sky::pop3d {
namespace {
constexpr Command commands[] = {
    // verb  state                 run   described in
    {"CAPA", State::any, capa, "RFC 2449 §5"},           {"STLS", State::authorization, stls, "RFC 2595 §4"},
    {"USER", State::authorization, user, "RFC 1939 §7"}, {"PASS", State::authorization, pass, "RFC 1939 §7"},
    {"AUTH", State::authorization, auth, "RFC 5034 §4"}, {"STAT", State::transaction, stat, "RFC 1939 §5"},
    {"LIST", State::transaction, list, "RFC 1939 §5"},   {"UIDL", State::transaction, uidl, "RFC 1939 §7"},
    {"RETR", State::transaction, retr, "RFC 1939 §5"},   {"TOP", State::transaction, top, "RFC 1939 §7"},
    {"DELE", State::transaction, dele, "RFC 1939 §5"},   {"RSET", State::transaction, rset, "RFC 1939 §5"},
    {"NOOP", State::transaction, noop, "RFC 1939 §5"},   {"QUIT", State::any, quit, "RFC 1939 §4, §6"},
};
}  // namespace

const Command* find_command(std::string_view verb) {
    const auto* found = std::ranges::find(commands, verb, &Command::verb);
    return found == std::end(commands) ? nullptr : found;
}

}  // namespace sky::pop3d
