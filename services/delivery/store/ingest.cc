#include "delivery/store/ingest.h"

#include <algorithm>

#include "delivery/store/text.h"

namespace sky::delivery::store {
namespace {

// Two sessions bringing the same message at once: the second one waits until the first one's ledger row shows.
constexpr pg::Statement lock_fingerprints{
    "delivery.lock_fingerprints", "select count(pg_advisory_xact_lock(k)) from (select k from unnest($1::bigint[]) k order by k) s"};

constexpr pg::Statement find_repeats{"delivery.find_repeats",
                                     "select fingerprint, ingest_id from queue.ingest where tenant_id = $1 and fingerprint = any($2)"
                                     " and state = 'unconfirmed' and message_id <> '' and committed_at > now() - interval '1 hour'"};

constexpr pg::Statement insert_heads_sql{
    "delivery.insert_heads",
    "insert into queue.ingest (tenant_id, ingest_id, fingerprint, sender, message_id, size, received_at, account_id, remote_address, helo,"
    " protocol, traceparent)"
    " select $1, u.* from unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[], $8::bigint[],"
    " $9::text[], $10::text[], $11::text[], $12::text[]) as u (ingest_id, fingerprint, sender, message_id, size, received_at, account_id,"
    " remote_address, helo, protocol, traceparent)"
    " where u.message_id = '' or not exists (select from queue.ingest i where i.tenant_id = $1 and i.fingerprint = u.fingerprint"
    " and i.state = 'unconfirmed' and i.committed_at > now() - interval '1 hour')"
    " order by u.ingest_id on conflict (tenant_id, ingest_id) do nothing returning ingest_id"};

constexpr pg::Statement insert_ledger_sql{
    "delivery.insert_ledger",
    "insert into queue.ingest_recipient (tenant_id, ingest_id, position, recipient, account_id, outcome, detail, mailbox_id, uid)"
    " select $1, u.ingest_id, u.position, u.recipient, u.account_id, u.outcome, u.detail, nullif(u.mailbox_id, 0), nullif(u.uid, 0)"
    " from unnest($2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[])"
    " as u (ingest_id, position, recipient, account_id, outcome, detail, mailbox_id, uid)"};

constexpr pg::Statement end_ledger_sql{
    "delivery.end_ledger",
    "update queue.ingest_recipient r set outcome = u.outcome, detail = u.detail, at = now()"
    " from unnest($2::uuid[], $3::int[], $4::text[], $5::text[]) as u (ingest_id, position, outcome, detail)"
    " where r.tenant_id = $1 and r.ingest_id = u.ingest_id and r.position = u.position and r.outcome in ('queued', 'held', 'quarantined')"};

constexpr pg::Statement confirm_sql{
    "delivery.confirm",
    "update queue.ingest i set state = 'confirmed' from unnest($1::bigint[], $2::uuid[]) as u (tenant_id, ingest_id)"
    " where i.tenant_id = u.tenant_id and i.ingest_id = u.ingest_id and i.state = 'unconfirmed'"};

constexpr pg::Statement insert_transfers_sql{
    "delivery.insert_transfers",
    "insert into queue.transfer (tenant_id, ingest_id, position, account_id, origin_tenant_id, recipient, mailbox_id, uid)"
    " select $1, u.*, 0, 0 from unnest($2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::text[])"
    " as u (ingest_id, position, account_id, origin_tenant_id, recipient)"
    " order by 2, 3, 4 on conflict do nothing returning ingest_id, position, account_id"};

constexpr pg::Statement place_transfer_sql{"delivery.place_transfer",
                                           "update queue.transfer set mailbox_id = $5, uid = $6"
                                           " where tenant_id = $1 and ingest_id = $2 and position = $3 and account_id = $4"};

constexpr pg::Statement drop_transfer_sql{
    "delivery.drop_transfer", "delete from queue.transfer where tenant_id = $1 and ingest_id = $2 and position = $3 and account_id = $4"};

constexpr pg::Statement forget_old_sql{
    "delivery.forget_old",
    "with old as (select tenant_id, ingest_id from queue.ingest i where committed_at < now() - make_interval(hours => $1)"
    " and not exists (select from queue.message m where m.tenant_id = i.tenant_id and m.ingest_id = i.ingest_id)"
    " order by committed_at limit $2)"
    " delete from queue.ingest i using old where i.tenant_id = old.tenant_id and i.ingest_id = old.ingest_id"};

constexpr pg::Statement forget_transfers_sql{"delivery.forget_transfers",
                                             "delete from queue.transfer where ctid = any (array(select ctid from queue.transfer where at "
                                             "< now() - make_interval(hours => $1) limit $2))"};

std::int64_t lock_key(std::string_view fingerprint) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8 && i < fingerprint.size(); ++i) key = key << 8 | static_cast<unsigned char>(fingerprint[i]);
    return static_cast<std::int64_t>(key);
}

}  // namespace

Task<Result<Heads>> insert_heads(pg::Transaction& tx, TenantId tenant, std::span<const Submission* const> submissions) {
    std::vector<std::int64_t> locks, sizes, accounts;
    std::vector<Uuid> ids;
    std::vector<pg::Bytea> fingerprints;
    std::vector<std::string> senders, message_ids, remotes, helos, protocols, traces;
    std::vector<Time> received;
    for (const auto* submission : submissions) {
        const auto& envelope = submission->envelope;
        locks.push_back(lock_key(submission->fingerprint));
        ids.push_back(envelope.ingest);
        fingerprints.push_back({submission->fingerprint});
        senders.push_back(text(envelope.sender));
        message_ids.push_back(text(submission->message_id));
        sizes.push_back(static_cast<std::int64_t>(submission->message.size));
        received.push_back(envelope.received_at);
        accounts.push_back(envelope.account.value);
        remotes.push_back(text(envelope.remote_address));
        helos.push_back(text(envelope.helo));
        protocols.push_back(text(envelope.protocol));
        traces.push_back(text(envelope.traceparent));
    }
    tx.queue(lock_fingerprints, pg::params(locks));
    const auto repeats = tx.queue(find_repeats, pg::params(tenant, fingerprints));
    const auto inserted = tx.queue(insert_heads_sql, pg::params(tenant, ids, fingerprints, senders, message_ids, sizes, received, accounts,
                                                                remotes, helos, protocols, traces));
    Heads heads;
    auto known = co_await tx.take(repeats);
    if (!known) co_return forward(known);
    for (const auto row : *known) heads.repeats.push_back({row.get<std::string>(0), row.get<Uuid>(1)});
    auto fresh = co_await tx.take(inserted);
    if (!fresh) co_return forward(fresh);
    for (const auto row : *fresh) heads.fresh.push_back(row.get<Uuid>(0));
    co_return heads;
}

void insert_ledger(pg::Transaction& tx, TenantId tenant, std::span<const LedgerRow> rows) {
    std::vector<Uuid> ids;
    std::vector<std::int32_t> positions;
    std::vector<std::string> recipients, outcomes, details;
    std::vector<std::int64_t> accounts, mailboxes, uids;
    for (const auto& row : rows) {
        ids.push_back(row.ingest);
        positions.push_back(row.position);
        recipients.push_back(text(row.recipient));
        accounts.push_back(row.account.value);
        outcomes.push_back(row.outcome);
        details.push_back(text(row.detail));
        mailboxes.push_back(row.mailbox.value);
        uids.push_back(row.uid.value);
    }
    tx.queue(insert_ledger_sql, pg::params(tenant, ids, positions, recipients, accounts, outcomes, details, mailboxes, uids));
}

void end_ledger(pg::Transaction& tx, TenantId tenant, std::span<const LedgerRow> rows) {
    std::vector<Uuid> ids;
    std::vector<std::int32_t> positions;
    std::vector<std::string> outcomes, details;
    for (const auto& row : rows) {
        ids.push_back(row.ingest);
        positions.push_back(row.position);
        outcomes.push_back(row.outcome);
        details.push_back(text(row.detail));
    }
    tx.queue(end_ledger_sql, pg::params(tenant, ids, positions, outcomes, details));
}

Task<Result<void>> confirm(pg::Pool& pool, std::vector<std::int64_t> tenants, std::vector<Uuid> ingests, pg::Deadline deadline) {
    auto done = co_await pool.query(TenantId{}, confirm_sql, pg::params(tenants, ingests), deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<std::vector<bool>>> insert_transfers(pg::Transaction& tx, TenantId tenant, std::span<const Transfer> transfers) {
    std::vector<Uuid> ids;
    std::vector<std::int32_t> positions;
    std::vector<std::int64_t> accounts, origins;
    std::vector<std::string> recipients;
    for (const auto& transfer : transfers) {
        ids.push_back(transfer.ingest);
        positions.push_back(transfer.position);
        accounts.push_back(transfer.account.value);
        origins.push_back(transfer.origin.value);
        recipients.push_back(text(transfer.recipient));
    }
    auto rows = co_await tx.query(insert_transfers_sql, pg::params(tenant, ids, positions, accounts, origins, recipients));
    if (!rows) co_return forward(rows);
    std::vector<bool> fresh(transfers.size(), false);
    for (const auto row : *rows) {
        for (std::size_t i = 0; i < transfers.size(); ++i) {
            const auto& transfer = transfers[i];
            if (transfer.ingest == row.get<Uuid>(0) && transfer.position == row.get<std::int32_t>(1) &&
                transfer.account == row.get<AccountId>(2))
                fresh[i] = true;
        }
    }
    co_return fresh;
}

void place_transfer(pg::Transaction& tx, TenantId tenant, const Transfer& transfer, MailboxId mailbox, Uid uid) {
    tx.queue(place_transfer_sql, pg::params(tenant, transfer.ingest, transfer.position, transfer.account, mailbox, uid));
}

void drop_transfer(pg::Transaction& tx, TenantId tenant, const Transfer& transfer) {
    tx.queue(drop_transfer_sql, pg::params(tenant, transfer.ingest, transfer.position, transfer.account));
}

Task<Result<std::int64_t>> forget_old(pg::Pool& pool, std::chrono::hours age, std::int32_t limit, pg::Deadline deadline) {
    const auto hours = static_cast<std::int32_t>(age.count());
    auto transfers = co_await pool.query(TenantId{}, forget_transfers_sql, pg::params(hours, limit), deadline);
    if (!transfers) co_return forward(transfers);
    auto heads = co_await pool.query(TenantId{}, forget_old_sql, pg::params(hours, limit), deadline);
    if (!heads) co_return forward(heads);
    co_return transfers->affected() + heads->affected();
}

}  // namespace sky::delivery::store
