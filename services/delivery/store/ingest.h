#pragma once
// SQL on the ledger: queue.ingest, queue.ingest_recipient, queue.transfer.
#include <span>
#include <string>
#include <vector>

#include "delivery/submission.h"
#include "sky/pg/pool.h"

namespace sky::delivery::store {

// One submission known by the fingerprint of another one, not yet confirmed.
struct Repeat {
    std::string fingerprint;
    Uuid ingest;
};

// Which of them are new: writes the ledger's heads of the new ones and returns their ids. A submission is not new when its id is there
// (waiting for a transaction in doubt to end), or when the same fingerprint came within the hour, has a Message-ID and is unconfirmed.
struct Heads {
    std::vector<Uuid> fresh;
    std::vector<Repeat> repeats;
};
Task<Result<Heads>> insert_heads(pg::Transaction& tx, TenantId tenant, std::span<const Submission* const> submissions);

struct LedgerRow {
    Uuid ingest;
    std::int32_t position = 0;
    std::string recipient;
    AccountId account;
    std::string outcome;
    std::string detail;
    MailboxId mailbox;
    Uid uid;
};
void insert_ledger(pg::Transaction& tx, TenantId tenant, std::span<const LedgerRow> rows);

// Ends (or quarantines) recipients that were queued.
void end_ledger(pg::Transaction& tx, TenantId tenant, std::span<const LedgerRow> rows);

// Confirmed: need no longer be remembered against repetition. Ids and tenants in parallel.
Task<Result<void>> confirm(pg::Pool& pool, std::vector<std::int64_t> tenants, std::vector<Uuid> ingests, pg::Deadline deadline);

// Once for all: delivered into this tenant from a queue. False: it was there already.
struct Transfer {
    Uuid ingest;
    std::int32_t position = 0;
    AccountId account;
    TenantId origin;
    std::string recipient;
};
Task<Result<std::vector<bool>>> insert_transfers(pg::Transaction& tx, TenantId tenant, std::span<const Transfer> transfers);
void place_transfer(pg::Transaction& tx, TenantId tenant, const Transfer& transfer, MailboxId mailbox, Uid uid);
void drop_transfer(pg::Transaction& tx, TenantId tenant, const Transfer& transfer);

// Forgets finished submissions older than `age`, at most `limit`.
Task<Result<std::int64_t>> forget_old(pg::Pool& pool, std::chrono::hours age, std::int32_t limit, pg::Deadline deadline);

}  // namespace sky::delivery::store
