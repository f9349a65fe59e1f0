#pragma once
// Calendars and their objects in PostgreSQL. One CalStore a shard, on the shard's pool. Every write locks the account's row first and is
// whole or not at all; what it returns is committed. A COMMIT whose answer was lost is run again under the same operation id.
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/calstore/types.h"
#include "sky/pg/pool.h"

namespace sky::calstore {

enum class WithData { no, yes };

class CalStore {
  public:
    explicit CalStore(pg::Pool& pool) : pool_(&pool) {}

    // Makes the account's row and its first calendar where they are missing; cheap when they are there.
    Task<Result<void>> ensure_account(Owner owner, Deadline deadline);
    // Ordered by order, then slug.
    Task<Result<std::vector<Collection>>> collections(Owner owner, CollectionKind kind, Deadline deadline);
    Task<Result<std::optional<Collection>>> collection(Owner owner, CollectionKind kind, std::string slug, Deadline deadline);
    // Fault::already_exists, Fault::limit beyond 200 collections.
    Task<Result<void>> create(Owner owner, NewCollection wanted, Deadline deadline);
    // Writes the whole face. Fault::not_found.
    Task<Result<void>> update(Owner owner, CollectionKind kind, std::string slug, CollectionFace face, Deadline deadline);
    // With all that is in it. False when it was not there.
    Task<Result<bool>> remove(Owner owner, CollectionKind kind, std::string slug, Deadline deadline);

    Task<Result<std::vector<Object>>> list(Owner owner, CalendarId collection, WithData data, Deadline deadline);
    // Those of the names that exist, in no order.
    Task<Result<std::vector<Object>>> multiget(Owner owner, CalendarId collection, std::vector<std::string> names, Deadline deadline);
    // Collection and object in one round trip.
    Task<Result<std::optional<Object>>> get(Owner owner, CollectionKind kind, std::string slug, std::string name, Deadline deadline);
    // At most `limit` candidates with their data: no object outside these can have an instance in the range; the caller asks sky::ical
    // about each.
    Task<Result<std::vector<Object>>> in_range(Owner owner, CalendarId collection, ical::TimeRange range, Components components,
                                               std::size_t limit, Deadline deadline);

    Task<Result<Put>> put(Owner owner, std::string slug, NewObject object, Guard guard, Deadline deadline);
    Task<Result<Erased>> erase(Owner owner, CollectionKind kind, std::string slug, std::string name, Guard guard, Deadline deadline);

    // What changed since a token of sync_token(); an empty token is the beginning. At most `limit` of it, oldest change first.
    Task<Result<Changes>> changes(Owner owner, Collection collection, std::string token, std::size_t limit, WithData data,
                                  Deadline deadline);

  private:
    pg::Pool* pool_;
};

// The account's calendars and address books, if it has any: by auth, in the transaction that removes the account.
Task<Result<void>> delete_account(pg::Transaction& transaction, Owner owner);
// Calendars and address books become the other tenant's; shares end. The transaction works for owner.tenant.
Task<Result<void>> move_account(pg::Transaction& transaction, Owner owner, TenantId to);

// Makes the partitions of the log of changes ahead and drops those that are older than `keep`, raising the floors of sync tokens first.
Task<Result<void>> rotate_changes(pg::Pool& pool, std::chrono::days keep, Deadline deadline);

// One sentence for each thing that does not agree with another: hashes, sizes, MODSEQ order. Needs a role that sees all tenants.
Task<Result<std::vector<std::string>>> fsck(pg::Pool& pool, Deadline deadline);

}  // namespace sky::calstore
