#pragma once
// Hands a queued message to the next hop.
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// An address elsewhere that recipient number `of` of the claimed message leads to.
struct RemoteTarget {
    std::size_t of = 0;
    std::string address;
};

// One SMTP transaction for all; one verdict a target, in order. Between the next hop's 250 and the commit of our end lies the one gap in
// which a crash makes a duplicate (RFC 5321 §4.5.4.1, RFC 1047): the caller commits next, and does nothing else before.
Task<std::vector<Verdict>> send_out(QueueContext& queue, const store::Claimed& message, const std::vector<RemoteTarget>& targets);

}  // namespace sky::delivery
