#include "delivery/store/queue.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "delivery/store/text.h"

namespace sky::delivery::store {
namespace {

constexpr pg::Statement insert_messages{
    "delivery.insert_messages",
    "insert into queue.message (tenant_id, queue_id, ingest_id, blob_id, sender, message_id, size)"
    " select $1, u.* from unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])"
    " as u (queue_id, ingest_id, blob_id, sender, message_id, size)"};

constexpr pg::Statement insert_recipients{
    "delivery.insert_recipients",
    "insert into queue.recipient (tenant_id, queue_id, position, recipient, original, route, target_tenant_id, account_id, due_at,"
    " expires_at, last_reply)"
    " select $1, u.queue_id, u.position, u.recipient, u.original, u.route, u.target, u.account, now() + u.due * interval '1 ms',"
    " now() + u.expires * interval '1 ms', u.last_reply"
    " from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],"
    " $11::text[]) as u (queue_id, position, recipient, original, route, target, account, due, expires, last_reply)"};

// A claimed row whose lease ran out counts as a crash of its worker.
#define SKY_CLAIM_REST                                                                                                                  \
    " update queue.recipient r set crashes = r.crashes + (r.state = 'claimed')::int, state = 'claimed', claimed_by = $1,"               \
    " claim_epoch = r.claim_epoch + 1, attempts = r.attempts + 1, lease_until = clock_timestamp() + $2 * interval '1 ms'"               \
    " from due d, queue.message m where r.tenant_id = d.tenant_id and r.queue_id = d.queue_id and r.position = d.position"              \
    " and m.tenant_id = r.tenant_id and m.queue_id = r.queue_id"                                                                        \
    " returning r.tenant_id, r.queue_id, m.ingest_id, m.blob_id, m.sender, m.message_id, m.size, m.queued_at, r.position, r.recipient," \
    " r.original, r.route, r.target_tenant_id, r.account_id, r.attempts, r.crashes, r.claim_epoch, r.expires_at <= clock_timestamp(), " \
    "r.last_reply"

constexpr pg::Statement claim_sql{"delivery.claim",
                                  "with due as (select r.tenant_id, r.queue_id, r.position from queue.recipient r"
                                  " join unnest($3::bigint[], $4::bigint[]) k (tenant_id, queue_id) using (tenant_id, queue_id)"
                                  " where r.state = 'waiting' and r.due_at <= clock_timestamp()"
                                  " order by 1, 2, 3 limit $5 for update of r skip locked)" SKY_CLAIM_REST};

constexpr pg::Statement claim_oldest_sql{
    "delivery.claim_oldest",
    "with oldest as (select tenant_id, queue_id from queue.recipient where state = 'waiting' and due_at <= clock_timestamp()"
    " order by due_at limit $3 for update skip locked),"
    " due as (select r.tenant_id, r.queue_id, r.position from queue.recipient r"
    " where (r.tenant_id, r.queue_id) in (select tenant_id, queue_id from oldest) and r.state = 'waiting'"
    " and r.due_at <= clock_timestamp() order by 1, 2, 3 limit $4 for update of r skip locked)" SKY_CLAIM_REST};

constexpr pg::Statement claim_crashed_sql{
    "delivery.claim_crashed",
    "with one as (select tenant_id, queue_id from queue.recipient where state = 'claimed' and lease_until < clock_timestamp()"
    " order by lease_until limit 1 for update skip locked),"
    " due as (select r.tenant_id, r.queue_id, r.position from queue.recipient r join one using (tenant_id, queue_id)"
    " where r.state = 'claimed' and r.lease_until < clock_timestamp() limit $3 for update of r skip locked)" SKY_CLAIM_REST};
#undef SKY_CLAIM_REST

constexpr pg::Statement renew_sql{"delivery.renew",
                                  "update queue.recipient set lease_until = clock_timestamp() + $2 * interval '1 ms'"
                                  " where (tenant_id, queue_id) in (select * from unnest($3::bigint[], $4::bigint[]))"
                                  " and state = 'claimed' and claimed_by = $1"};

constexpr pg::Statement release_sql{"delivery.release",
                                    "update queue.recipient set state = 'waiting', due_at = clock_timestamp(), claimed_by = null,"
                                    " lease_until = null, attempts = greatest(attempts - 1, 0)"
                                    " where state = 'claimed' and claimed_by = $1"};

constexpr pg::Statement still_mine_sql{
    "delivery.still_mine",
    "update queue.recipient r set lease_until = clock_timestamp() + $6 * interval '1 ms' from unnest($4::int[], $5::bigint[]) u (position, "
    "epoch)"
    " where r.tenant_id = $1 and r.queue_id = $2 and r.claimed_by = $3 and r.state = 'claimed' and r.position = u.position"
    " and r.claim_epoch = u.epoch"};

constexpr pg::Statement lock_message_sql{"delivery.lock_message",
                                         "select 1 from queue.message where tenant_id = $1 and queue_id = $2 for update"};

constexpr pg::Statement remove_ended_sql{
    "delivery.remove_ended",
    "delete from queue.recipient r using unnest($4::int[], $5::bigint[]) u (position, epoch)"
    " where r.tenant_id = $1 and r.queue_id = $2 and r.claimed_by = $3 and r.position = u.position and r.claim_epoch = u.epoch"
    " returning r.position"};

constexpr pg::Statement put_back_sql{
    "delivery.put_back",
    "update queue.recipient r set state = u.state, due_at = clock_timestamp() + u.due * interval '1 ms', last_reply = u.reply,"
    " claimed_by = null, lease_until = null, crashes = case u.state when 'quarantined' then r.crashes else 0 end"
    " from unnest($4::int[], $5::bigint[], $6::text[], $7::bigint[], $8::text[]) u (position, epoch, state, due, reply)"
    " where r.tenant_id = $1 and r.queue_id = $2 and r.claimed_by = $3 and r.position = u.position and r.claim_epoch = u.epoch"
    " returning r.position"};

constexpr pg::Statement remove_if_done_sql{"delivery.remove_if_done",
                                           "delete from queue.message m where m.tenant_id = $1 and m.queue_id = $2"
                                           " and not exists (select from queue.recipient r where r.tenant_id = $1 and r.queue_id = $2)"};

constexpr pg::Statement waiting_sql{
    "delivery.waiting",
    "select tenant_id, queue_id, min(due_at) from queue.recipient where state = 'waiting' and (tenant_id, queue_id) > ($1, $2)"
    " group by tenant_id, queue_id order by tenant_id, queue_id limit $3"};

constexpr pg::Statement due_of_sql{"delivery.due_of",
                                   "select min(due_at) from queue.recipient where tenant_id = $1 and queue_id = $2 and state = 'waiting'"};

constexpr pg::Statement dues_of_sql{
    "delivery.dues_of",
    "select tenant_id, queue_id, min(due_at) from queue.recipient join unnest($1::bigint[], $2::bigint[]) k (tenant_id, queue_id)"
    " using (tenant_id, queue_id) where state = 'waiting' group by 1, 2"};

constexpr pg::Statement depth_sql{
    "delivery.depth",
    "select count(*) filter (where r.state = 'waiting'), count(*) filter (where r.state = 'claimed'),"
    " count(*) filter (where r.state = 'quarantined'), count(*) filter (where r.state = 'moderation'),"
    " coalesce(extract(epoch from now() - min(m.queued_at) filter (where r.state in ('waiting', 'claimed'))), 0)::bigint"
    " from queue.recipient r join queue.message m using (tenant_id, queue_id)"};

// Worked on together: as many as one SMTP transaction surely takes (RFC 5321 §4.5.3.1.8).
constexpr std::size_t most_recipients = 100;
// As many as one message can have; bounds what one claim takes.
constexpr std::size_t most_of_message = 1000;
std::int32_t most_rows(std::int32_t messages) { return messages * static_cast<std::int32_t>(most_of_message); }

// In the order of enum Route.
constexpr std::string_view routes[] = {"remote", "local", "unresolved", "moderation", "approved", "rejected", "decision", "sent"};
std::string_view name(Route route) { return routes[static_cast<std::size_t>(route)]; }
Route route_of(std::string_view word) {
    const auto* found = std::ranges::find(routes, word);
    return found == std::end(routes) ? Route::unresolved : static_cast<Route>(found - std::begin(routes));
}
std::string_view name(Later::Into into) {
    if (into == Later::Into::quarantined) return "quarantined";
    return into == Later::Into::moderation ? "moderation" : "waiting";
}

std::vector<Claimed> gather(const pg::Rows& rows) {
    std::map<MessageKey, Claimed> messages;
    for (const auto row : rows) {
        const MessageKey key{row.get<TenantId>(0), row.get<QueueId>(1)};
        auto& message = messages[key];
        if (message.recipients.empty()) {
            message.key = key;
            message.ingest = row.get<Uuid>(2);
            message.blob = row.get<BlobId>(3);
            message.sender = row.get<std::string>(4);
            message.message_id = row.get<std::string>(5);
            message.size = row.get<std::int64_t>(6);
            message.queued_at = row.get<Time>(7);
        }
        ClaimedRecipient recipient;
        recipient.position = row.get<std::int32_t>(8);
        recipient.recipient = row.get<std::string>(9);
        recipient.original = row.get<std::string>(10);
        recipient.route = route_of(row.get<std::string_view>(11));
        recipient.target = row.get<TenantId>(12);
        recipient.account = row.get<AccountId>(13);
        recipient.attempts = row.get<std::int32_t>(14);
        recipient.crashes = row.get<std::int32_t>(15);
        recipient.epoch = row.get<std::int64_t>(16);
        recipient.expired = row.get<bool>(17);
        recipient.last_reply = row.get<std::string>(18);
        message.recipients.push_back(std::move(recipient));
    }
    std::vector<Claimed> out;
    for (auto& [key, message] : messages) {
        auto recipients = std::exchange(message.recipients, {});
        std::ranges::sort(recipients, {}, &ClaimedRecipient::position);
        for (std::size_t from = 0; from < recipients.size(); from += most_recipients) {
            const auto end = std::min(from + most_recipients, recipients.size());
            message.recipients.assign(std::make_move_iterator(recipients.begin() + static_cast<std::ptrdiff_t>(from)),
                                      std::make_move_iterator(recipients.begin() + static_cast<std::ptrdiff_t>(end)));
            out.push_back(message);
        }
    }
    return out;
}

struct KeyColumns {
    std::vector<std::int64_t> tenants, ids;
};
KeyColumns columns(std::span<const MessageKey> keys) {
    KeyColumns out;
    for (const auto& key : keys) {
        out.tenants.push_back(key.tenant.value);
        out.ids.push_back(key.id.value);
    }
    return out;
}

struct FenceColumns {
    std::vector<std::int32_t> positions;
    std::vector<std::int64_t> epochs;
};
FenceColumns columns(std::span<const Fence> fences) {
    FenceColumns out;
    for (const auto& fence : fences) {
        out.positions.push_back(fence.position);
        out.epochs.push_back(fence.epoch);
    }
    return out;
}

}  // namespace

void insert(pg::Transaction& tx, TenantId tenant, std::span<const NewMessage> messages, std::span<const NewRecipient> recipients) {
    if (messages.empty()) return;
    std::vector<std::int64_t> ids, blobs, sizes;
    std::vector<Uuid> ingests;
    std::vector<std::string> senders, message_ids;
    for (const auto& message : messages) {
        ids.push_back(message.id.value);
        ingests.push_back(message.ingest);
        blobs.push_back(message.blob.value);
        senders.push_back(text(message.sender));
        message_ids.push_back(text(message.message_id));
        sizes.push_back(message.size);
    }
    tx.queue(insert_messages, pg::params(tenant, ids, ingests, blobs, senders, message_ids, sizes));
    std::vector<std::int64_t> of, targets, accounts, dues, expiries;
    std::vector<std::int32_t> positions;
    std::vector<std::string> addresses, originals, ways, replies;
    for (const auto& recipient : recipients) {
        of.push_back(recipient.message.value);
        positions.push_back(recipient.position);
        addresses.push_back(text(recipient.recipient));
        originals.push_back(text(recipient.original));
        ways.emplace_back(name(recipient.route));
        targets.push_back(recipient.target.value);
        accounts.push_back(recipient.account.value);
        dues.push_back(recipient.due_in.count());
        expiries.push_back(recipient.expires_in.count());
        replies.push_back(text(recipient.last_reply));
    }
    tx.queue(insert_recipients, pg::params(tenant, of, positions, addresses, originals, ways, targets, accounts, dues, expiries, replies));
}

Task<Result<std::vector<Claimed>>> claim(pg::Pool& pool, const ClaimTerms& terms, std::span<const MessageKey> among,
                                         pg::Deadline deadline) {
    const auto k = columns(among);
    auto claimed = co_await pool.query(
        TenantId{}, claim_sql, pg::params(terms.worker, terms.lease.count(), k.tenants, k.ids, most_rows(terms.messages)), deadline);
    if (!claimed) co_return forward(claimed);
    co_return gather(*claimed);
}

Task<Result<std::vector<Claimed>>> claim_oldest(pg::Pool& pool, const ClaimTerms& terms, pg::Deadline deadline) {
    auto claimed = co_await pool.query(TenantId{}, claim_oldest_sql,
                                       pg::params(terms.worker, terms.lease.count(), terms.messages, most_rows(terms.messages)), deadline);
    if (!claimed) co_return forward(claimed);
    co_return gather(*claimed);
}

Task<Result<std::vector<Claimed>>> claim_crashed(pg::Pool& pool, const ClaimTerms& terms, pg::Deadline deadline) {
    auto claimed =
        co_await pool.query(TenantId{}, claim_crashed_sql, pg::params(terms.worker, terms.lease.count(), most_rows(1)), deadline);
    if (!claimed) co_return forward(claimed);
    co_return gather(*claimed);
}

Task<Result<void>> renew(pg::Pool& pool, Uuid worker, std::span<const MessageKey> messages, std::chrono::milliseconds lease,
                         pg::Deadline deadline) {
    const auto k = columns(messages);
    auto done = co_await pool.query(TenantId{}, renew_sql, pg::params(worker, lease.count(), k.tenants, k.ids), deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<std::int64_t>> release(pg::Pool& pool, Uuid worker, pg::Deadline deadline) {
    auto done = co_await pool.query(TenantId{}, release_sql, pg::params(worker), deadline);
    if (!done) co_return forward(done);
    co_return done->affected();
}

Task<Result<bool>> still_mine(pg::Pool& pool, Uuid worker, const Claimed& message, std::span<const ClaimedRecipient> recipients,
                              std::chrono::milliseconds lease, pg::Deadline deadline) {
    std::vector<Fence> fences;
    for (const auto& recipient : recipients) fences.push_back({recipient.position, recipient.epoch});
    const auto u = columns(fences);
    auto rows = co_await pool.query(message.key.tenant, still_mine_sql,
                                    pg::params(message.key.tenant, message.key.id, worker, u.positions, u.epochs, lease.count()), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() == static_cast<std::int64_t>(recipients.size());
}

void lock_message(pg::Transaction& tx, MessageKey key) { tx.queue(lock_message_sql, pg::params(key.tenant, key.id)); }

pg::Transaction::Ticket remove_ended(pg::Transaction& tx, MessageKey key, Uuid worker, std::span<const Fence> ended) {
    const auto u = columns(ended);
    return tx.queue(remove_ended_sql, pg::params(key.tenant, key.id, worker, u.positions, u.epochs));
}

pg::Transaction::Ticket put_back(pg::Transaction& tx, MessageKey key, Uuid worker, std::span<const Later> later) {
    std::vector<std::int32_t> positions;
    std::vector<std::int64_t> epochs, dues;
    std::vector<std::string> states, replies;
    for (const auto& row : later) {
        positions.push_back(row.fence.position);
        epochs.push_back(row.fence.epoch);
        states.emplace_back(name(row.into));
        dues.push_back(row.due_in.count());
        replies.push_back(text(row.last_reply));
    }
    return tx.queue(put_back_sql, pg::params(key.tenant, key.id, worker, positions, epochs, states, dues, replies));
}

std::vector<std::int32_t> positions_of(const pg::Rows& rows) {
    std::vector<std::int32_t> out;
    for (const auto row : rows) out.push_back(row.get<std::int32_t>(0));
    return out;
}

void remove_if_done(pg::Transaction& tx, MessageKey key) { tx.queue(remove_if_done_sql, pg::params(key.tenant, key.id)); }

Task<Result<std::vector<Due>>> waiting(pg::Pool& pool, MessageKey after_key, std::int32_t limit, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, waiting_sql, pg::params(after_key.tenant, after_key.id, limit), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Due> out;
    for (const auto row : *rows) out.push_back({{row.get<TenantId>(0), row.get<QueueId>(1)}, row.get<Time>(2)});
    co_return out;
}

Task<Result<std::vector<Due>>> dues_of(pg::Pool& pool, std::span<const MessageKey> keys, pg::Deadline deadline) {
    const auto k = columns(keys);
    auto rows = co_await pool.query(TenantId{}, dues_of_sql, pg::params(k.tenants, k.ids), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Due> out;
    for (const auto row : *rows) out.push_back({{row.get<TenantId>(0), row.get<QueueId>(1)}, row.get<Time>(2)});
    co_return out;
}

pg::Transaction::Ticket due_of(pg::Transaction& tx, MessageKey key) { return tx.queue(due_of_sql, pg::params(key.tenant, key.id)); }

Task<Result<Depth>> depth(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, depth_sql, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    const auto row = (*rows)[0];
    co_return Depth{row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2), row.get<std::int64_t>(3),
                    row.get<std::int64_t>(4)};
}

}  // namespace sky::delivery::store
