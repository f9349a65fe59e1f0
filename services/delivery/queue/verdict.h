#pragma once
// What one round made of a queued recipient, and what follows from it. Pure.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/backoff.h"
#include "delivery/dsn.h"
#include "delivery/store/queue.h"

namespace sky::delivery {

struct Letter;

struct Verdict {
    enum class Kind { done, failed, later, held };  // the worse the later: see merge(). held: until somebody decides
    // Trouble of our own house passes sooner than a peer's: its pauses begin with seconds.
    enum class Trouble { theirs, ours };
    Kind kind = Kind::later;
    std::string outcome;  // of done, in the ledger's words: delivered, relayed
    std::string reply;    // "550 5.1.1 no such user"
    std::string said_by;  // the host whose words these are; empty: ours
    Trouble trouble = Trouble::theirs;
    std::shared_ptr<const Letter> letter = {};  // goes out when this counts
    std::string token_digest = {};              // of held: what the letter's token leaves with us
};

inline Verdict delivered(std::string detail = {}) { return {Verdict::Kind::done, "delivered", std::move(detail), {}, {}}; }
inline Verdict failed(std::string reply) { return {Verdict::Kind::failed, {}, std::move(reply), {}, {}}; }
inline Verdict later(std::string reply) { return {Verdict::Kind::later, {}, std::move(reply), {}, {}}; }
inline Verdict later_for_us(std::string reply) { return {Verdict::Kind::later, {}, std::move(reply), {}, Verdict::Trouble::ours}; }

// One recipient may lead to several places: it waits while any of them waits, and has failed when any has.
Verdict merge(Verdict a, Verdict b);

// What is said of a recipient whose time is over, from its last temporary answer (RFC 3463 §3.5: X.4.7; a full mailbox is X.2.2).
std::string expired_reply(std::string_view last);

// A recipient that came to its end.
struct Ending {
    store::Fence fence;
    std::string outcome;  // as in the ledger
    std::string detail;
    bool reported = false;  // belongs into the report to the sender
    FailedRecipient failure;
};
// Mail to others that goes out together with this.
struct Sending {
    store::Fence fence;
    std::shared_ptr<const Letter> letter;
    std::string group, token_digest;  // of a request to moderators
};
struct Decision {
    std::vector<Ending> ended;
    std::vector<store::Later> later;
    std::vector<Sending> letters;
};
// `verdicts` are parallel to message.recipients; random() is within [0, 1). Mail from <> is never answered (RFC 5321 §6.1): it ends as
// discarded.
Decision decide(const store::Claimed& message, const std::vector<Verdict>& verdicts, const Schedule& schedule,
                const std::function<double()>& random);

// All of them aside, for people to look at.
Decision quarantine(const store::Claimed& message);

}  // namespace sky::delivery
