#pragma once
// STATUS's items (RFC 9051 §6.3.11, RFC 7162 §3.1.7, RFC 8438, RFC 8474, RFC 7889 §3, RFC 9208 §4.1.4).
#include <string_view>
#include <vector>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

enum class StatusItem {
    messages,
    recent,
    uid_next,
    uid_validity,
    unseen,
    deleted,
    size,
    highest_mod_seq,
    mailbox_id,
    append_limit,
    deleted_storage
};
std::string_view name(StatusItem item);

// "(MESSAGES UNSEEN)"
Result<std::vector<StatusItem>> parse_status_items(Arguments& arguments);

}  // namespace sky::imap
