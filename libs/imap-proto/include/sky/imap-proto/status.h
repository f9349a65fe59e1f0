#pragma once
// STATUS's items (RFC 9051 §6.3.11, RFC 7162 §3.1.7, RFC 8438, RFC 8474), and APPEND up to its message (§6.3.12).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

enum class StatusItem { messages, recent, uid_next, uid_validity, unseen, deleted, size, highest_mod_seq, mailbox_id };
std::string_view name(StatusItem item);

// "(MESSAGES UNSEEN)"
Result<std::vector<StatusItem>> parse_status_items(Arguments& arguments);

struct AppendRequest {
    std::string mailbox;
    FlagList flags;
    std::optional<Time> date;
    std::uint64_t size = 0;
};
// Everything up to and with "{size}"; the message itself travels apart, see CommandReader.
Result<AppendRequest> parse_append(Arguments& arguments);

}  // namespace sky::imap
