#pragma once
// APPEND of one message whose octets are one frame, as most are: one call, one round trip with its COMMIT (migration 0018).
#include <optional>
#include <string>

#include "sky/mailstore/write.h"

namespace sky::mailstore {

struct AppendOne {
    using Value = std::optional<Appended>;  // none: the account's share of a pool is used up, and nothing was done
    static constexpr bool commits_itself = true;
    MailboxRef mailbox;
    const std::optional<std::string>& name;  // the mailbox must have it
    const Append& message;
    Uuid operation;
    Time now;
    ObjectIds& ids;
    int runs = 0;

    Task<Result<Value>> run(pg::Transaction& tx);
};

}  // namespace sky::mailstore
