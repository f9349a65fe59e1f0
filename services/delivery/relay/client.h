#pragma once
// One SMTP transaction with the next hop (RFC 5321 §3.3, PIPELINING RFC 2920, SIZE RFC 1870, 8BITMIME RFC 6152, AUTH RFC 4954).
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/relay/smarthost.h"
#include "sky/async/task.h"
#include "sky/base/result.h"

namespace sky::delivery {

// How one recipient went.
struct RelayResult {
    enum class Kind { sent, later, failed };
    Kind kind = Kind::later;
    std::string reply;    // the next hop's words with their code, or ours in the same form
    std::string said_by;  // the next hop's name when these are its words
};

struct RelayMessage {
    std::string sender;  // empty: <>
    std::vector<std::string> recipients;
    std::uint64_t size = 0;
    std::optional<bool> eight_bit;  // not set: unknown, a large message was not read through
    // Reads it through; asked only when eight_bit is unknown and the next hop takes no 8-bit text.
    std::function<Task<Result<bool>>()> find_eight_bit;
    // The next octets of the message; empty at its end. Awaited between network writes.
    std::function<Task<Result<std::string>>()> next;
    // Asked when all but the final dot is sent: is this delivery still ours to make? False or an error: the connection is dropped.
    std::function<Task<Result<bool>>()> still_ours;
};

// An address that can stand in a command: printable ASCII without a space outside of quotes (RFC 5321 §4.1.2; no SMTPUTF8).
bool fits_command(std::string_view address);

// One result a recipient, in order. Network and TLS trouble is `later` for all of them.
Task<std::vector<RelayResult>> relay(const Smarthost& host, RelayMessage message);

}  // namespace sky::delivery
