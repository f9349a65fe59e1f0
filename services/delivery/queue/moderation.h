#pragma once
// Mail to moderated groups: asks the moderators, and follows what they decide.
#include <optional>
#include <string>

#include "delivery/queue/context.h"
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// A recipient that nobody has decided about. Either a verdict (held, with the request to the moderators; returned, with word to them), or
// where the group leads, because its rule has no need of moderators any more.
struct Moderated {
    std::optional<Verdict> verdict;
    identity::Recipient found;
};
Task<Moderated> moderate(QueueContext& queue, const store::Claimed& message, const store::ClaimedRecipient& recipient);

// A moderator's word: it counts only from somebody who signed in and moderates the group now, and only while nobody else has decided.
// What can't be done comes back to the moderator as a report. `note` is passed on to the sender of rejected mail.
Task<Verdict> follow_decision(QueueContext& queue, const store::Claimed& message, const store::ClaimedRecipient& recipient,
                              std::string note);

// What a sender hears of mail that was rejected.
std::string rejection(const std::string& note);

}  // namespace sky::delivery
