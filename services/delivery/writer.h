#pragma once
// One transaction that takes responsibility for several messages of one tenant.
#include <span>
#include <vector>

#include "delivery/backoff.h"
#include "delivery/store/queue.h"
#include "delivery/submission.h"
#include "sky/mailstore/deliver.h"
#include "sky/pg/pool.h"

namespace sky::delivery {

// What to do with a recipient whose account another writer holds: leave its message for the next batch, or queue the recipient.
enum class WhenBusy { defer, queue };

struct WriteItem {
    const Submission* submission = nullptr;
    WhenBusy when_busy = WhenBusy::defer;
};

struct Written {
    enum class Kind { accepted, repeated, busy };
    Kind kind = Kind::accepted;
    Uuid ingest;  // under which the message is known: of a repetition, the old one
};

struct BatchOutcome {
    // False: some were busy, nothing at all was written. Run the others again without them.
    bool committed = false;
    std::vector<Written> items;
    std::vector<mailstore::Changed> changed;  // to be published
    std::vector<store::MessageKey> queued;    // what waits for a worker, now or later
};

class Writer {
  public:
    Writer(pg::Pool& pool, mailstore::ObjectIds& ids, Schedule schedule) : pool_(&pool), ids_(&ids), schedule_(schedule) {}

    // All of one tenant, no two with one id or fingerprint. A COMMIT in doubt is settled by running it again with the same ids until the
    // deadline; what could not be settled is Fault::timeout or Fault::unavailable.
    Task<Result<BatchOutcome>> write(TenantId tenant, std::span<const WriteItem> items, Deadline deadline);

  private:
    Task<Result<BatchOutcome>> attempt(TenantId tenant, std::span<const WriteItem> items, Deadline deadline, bool& in_doubt);

    pg::Pool* pool_;
    mailstore::ObjectIds* ids_;
    Schedule schedule_;
};

}  // namespace sky::delivery
