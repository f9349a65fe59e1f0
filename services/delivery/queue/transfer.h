#pragma once
// Delivers a queued message into mailboxes of one tenant: the tenant of its recipients, not the one whose queue holds it.
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// A mailbox that recipient number `of` of the claimed message leads to.
struct LocalTarget {
    std::size_t of = 0;
    TenantId tenant;
    AccountId account;
    mailstore::Folder folder = mailstore::Folder::inbox;
};

struct TransferOutcome {
    Verdict verdict;
    bool moved = false;  // no such mailbox any more: where does the address lead now?
};

// One outcome a target, in order; all of one tenant. Once however often it runs: each copy is placed in the same transaction as its row of
// queue.transfer, and a row that is there already proves an earlier run. So the end in the origin's queue may follow in a transaction of
// its own, and a crash between the two only brings us here again.
Task<std::vector<TransferOutcome>> transfer(QueueContext& queue, const store::Claimed& message, const mailstore::PreparedMessage& prepared,
                                            const std::vector<LocalTarget>& targets);

}  // namespace sky::delivery
