#pragma once
// Mail that the queue writes itself: reports to senders, requests to moderators.
#include <span>
#include <string>
#include <vector>

#include "delivery/queue/context.h"
#include "delivery/submission.h"

namespace sky::delivery {

// From <>, for the tenant whose queue it lies in.
struct Letter {
    Submission submission;
    std::vector<store::NewRecipient> rows;  // parallel to the envelope's recipients; `message` and `position` are set later
};
// `octets` is the whole message. One row for each place; none: nobody to write to.
Letter letter(TenantId tenant, Uuid id, std::string protocol, std::string message_id, const std::string& octets,
              std::span<const identity::Target> places, std::chrono::milliseconds life);

// Queues it on `tx`, together with what it is about: a crash neither loses nor doubles it. It does not go through the Batcher for that
// reason; a worker delivers it like any queued message, here or elsewhere.
Task<Result<store::MessageKey>> queue_letter(QueueContext& queue, pg::Transaction& tx, const Letter& letter);

}  // namespace sky::delivery
