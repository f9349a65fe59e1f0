#pragma once
// SQL on held recipients: queue.moderation, and queue.recipient while its route is moderation.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/store/queue.h"

namespace sky::delivery::store {

// A recipient that waits or waited for moderators.
struct Hold {
    MessageKey key;  // its id is zero when nothing waits of the message any more
    Uuid ingest;
    std::int32_t position = 0;
    std::string group;
    std::string sender;      // in the envelope
    bool signed_in = false;  // the sender proved who it is
    std::string decision;    // approved, rejected; empty: none
    std::string decided_by;
    bool held = false;  // nobody has decided, and there is still time
};

// The moderators are being asked, by addresses with this token; asked again, only the newest token counts.
void insert_hold(pg::Transaction& tx, TenantId tenant, Uuid ingest, std::int32_t position, std::string_view group, std::string_view digest);
Task<Result<std::optional<Hold>>> find_hold(pg::Pool& pool, std::string_view digest, pg::Deadline deadline);

// Who submitted a message; zero: nobody who signed in.
Task<Result<AccountId>> submitter(pg::Pool& pool, TenantId tenant, Uuid ingest, pg::Deadline deadline);

// What somebody decided.
struct Ruling {
    Route route = Route::approved;  // or rejected
    std::string by;                 // a moderator's address, or an operator
    std::string note;               // of a rejection
    std::string reply;              // what the sender hears then
};
enum class Ruled {
    done,
    before,     // the same was decided already
    otherwise,  // something else was decided
    gone,       // nothing waits there
    busy,       // a worker holds it for this moment
};
// In one transaction, once however many decide: the first one counts. From then on the recipient is due, for at most `life`.
Task<Result<Ruled>> rule(pg::Pool& pool, MessageKey key, std::int32_t position, const Ruling& ruling, std::chrono::milliseconds life,
                         pg::Deadline deadline);

// The same was decided before about this message, for this group (empty: for any); as long as its mail is on its way.
Task<Result<bool>> ruled_before(pg::Pool& pool, QueueId message, std::string_view group, Route route, pg::Deadline deadline);

// Makes due what nobody decided about in time: a worker returns it.
Task<Result<std::vector<MessageKey>>> lapse(pg::Pool& pool, pg::Deadline deadline);

struct HeldEntry {
    MessageKey key;
    std::int32_t position = 0;
    std::string group, sender, message_id;
    std::int64_t size = 0;
    Time queued_at, expires_at;
    bool asked = false;
};
// The oldest first; `group` is an address, "@domain", or empty, `message` zero for all.
Task<Result<std::vector<HeldEntry>>> held(pg::Pool& pool, std::string_view group, QueueId message, std::int32_t limit,
                                          pg::Deadline deadline);

}  // namespace sky::delivery::store
