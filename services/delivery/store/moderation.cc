#include "delivery/store/moderation.h"

#include "delivery/store/text.h"

namespace sky::delivery::store {
namespace {

constexpr pg::Statement insert_hold_sql{
    "delivery.insert_hold",
    "insert into queue.moderation (tenant_id, ingest_id, position, group_address, token_digest) values ($1, $2, $3, $4, $5)"
    " on conflict (tenant_id, ingest_id, position) do update set token_digest = excluded.token_digest, asked_at = now()"};

constexpr pg::Statement find_hold_sql{
    "delivery.find_hold",
    "select h.tenant_id, coalesce(m.queue_id, 0), h.ingest_id, h.position, h.group_address, i.sender, i.account_id <> 0, h.decision,"
    " h.decided_by, coalesce(r.route = 'moderation' and r.expires_at > clock_timestamp(), false)"
    " from queue.moderation h join queue.ingest i using (tenant_id, ingest_id)"
    " left join queue.message m using (tenant_id, ingest_id)"
    " left join queue.recipient r on r.tenant_id = m.tenant_id and r.queue_id = m.queue_id and r.position = h.position"
    " where h.token_digest = $1 and h.token_digest <> ''"};

constexpr pg::Statement submitter_sql{"delivery.submitter", "select account_id from queue.ingest where tenant_id = $1 and ingest_id = $2"};

constexpr pg::Statement lock_message_sql{"delivery.lock_held_message",
                                         "select 1 from queue.message where tenant_id = $1 and queue_id = $2 for update"};

constexpr pg::Statement rule_sql{
    "delivery.rule",
    "update queue.recipient set route = $4, state = 'waiting', due_at = clock_timestamp(), attempts = 0, last_reply = $5,"
    " expires_at = clock_timestamp() + $6 * interval '1 ms'"
    " where tenant_id = $1 and queue_id = $2 and position = $3 and route = 'moderation' and state in ('waiting', 'moderation')"};

constexpr pg::Statement record_ruling_sql{
    "delivery.record_ruling",
    "insert into queue.moderation (tenant_id, ingest_id, position, group_address, decision, decided_by, note, decided_at)"
    " select $1, m.ingest_id, $3, r.recipient, $4, $5, $6, now() from queue.message m join queue.recipient r using (tenant_id, queue_id)"
    " where m.tenant_id = $1 and m.queue_id = $2 and r.position = $3 on conflict (tenant_id, ingest_id, position)"
    " do update set decision = excluded.decision, decided_by = excluded.decided_by, note = excluded.note, decided_at = now()"};

constexpr pg::Statement ledger_ruling_sql{
    "delivery.ledger_ruling",
    "update queue.ingest_recipient i set outcome = 'queued', detail = $4 || ' by ' || $5, at = now() from queue.message m"
    " where m.tenant_id = $1 and m.queue_id = $2 and i.tenant_id = $1 and i.ingest_id = m.ingest_id and i.position = $3"
    " and i.outcome = 'held'"};

constexpr pg::Statement present_route_sql{"delivery.present_route",
                                          "select route from queue.recipient where tenant_id = $1 and queue_id = $2 and position = $3"};

constexpr pg::Statement lapse_sql{"delivery.lapse",
                                  "update queue.recipient set state = 'waiting', due_at = clock_timestamp()"
                                  " where (tenant_id, queue_id, position) in (select tenant_id, queue_id, position from queue.recipient"
                                  " where state = 'moderation' and expires_at <= clock_timestamp() limit 1000 for update skip locked)"
                                  " returning tenant_id, queue_id"};

constexpr pg::Statement held_sql{
    "delivery.held",
    "select r.tenant_id, r.queue_id, r.position, r.recipient, m.sender, m.message_id, m.size, m.queued_at, r.expires_at,"
    " r.state = 'moderation' from queue.recipient r join queue.message m using (tenant_id, queue_id) where r.route = 'moderation'"
    " and ($1 = '' or r.recipient = $1 or (starts_with($1, '@') and right(r.recipient, length($1)) = $1))"
    " and ($2 = 0 or r.queue_id = $2) order by m.queued_at, r.tenant_id, r.queue_id, r.position limit $3"};

constexpr pg::Statement ruled_before_sql{
    "delivery.ruled_before",
    "select exists (select from queue.recipient r where r.queue_id = $1 and r.route = $3 and ($2 = '' or r.recipient = $2))"};

std::string_view word(Route route) { return route == Route::approved ? "approved" : "rejected"; }

}  // namespace

void insert_hold(pg::Transaction& tx, TenantId tenant, Uuid ingest, std::int32_t position, std::string_view group,
                 std::string_view digest) {
    tx.queue(insert_hold_sql, pg::params(tenant, ingest, position, text(std::string(group)), std::string(digest)));
}

Task<Result<std::optional<Hold>>> find_hold(pg::Pool& pool, std::string_view digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find_hold_sql, pg::params(std::string(digest)), deadline);
    if (!rows) co_return forward(rows);
    if (rows->size() == 0) co_return std::nullopt;
    const auto row = (*rows)[0];
    Hold out;
    out.key = {row.get<TenantId>(0), row.get<QueueId>(1)};
    out.ingest = row.get<Uuid>(2);
    out.position = row.get<std::int32_t>(3);
    out.group = row.get<std::string>(4);
    out.sender = row.get<std::string>(5);
    out.signed_in = row.get<bool>(6);
    out.decision = row.get<std::string>(7);
    out.decided_by = row.get<std::string>(8);
    out.held = row.get<bool>(9);
    co_return out;
}

Task<Result<AccountId>> submitter(pg::Pool& pool, TenantId tenant, Uuid ingest, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, submitter_sql, pg::params(tenant, ingest), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->size() == 0 ? AccountId{} : (*rows)[0].get<AccountId>(0);
}

Task<Result<Ruled>> rule(pg::Pool& pool, MessageKey key, std::int32_t position, const Ruling& ruling, std::chrono::milliseconds life,
                         pg::Deadline deadline) {
    auto tx = co_await pool.begin(key.tenant, deadline);
    if (!tx) co_return forward(tx);
    const std::string decision(word(ruling.route));
    tx->queue(lock_message_sql, pg::params(key.tenant, key.id));
    auto ruled = co_await tx->query(rule_sql, pg::params(key.tenant, key.id, position, decision, text(ruling.reply), life.count()));
    if (!ruled) co_return forward(ruled);
    if (ruled->affected() == 0) {
        auto present = co_await tx->query(present_route_sql, pg::params(key.tenant, key.id, position));
        if (!present) co_return forward(present);
        if (present->size() == 0) co_return Ruled::gone;
        const auto route = (*present)[0].get<std::string>(0);
        if (route == "moderation") co_return Ruled::busy;
        if (route == decision) co_return Ruled::before;
        co_return route == "approved" || route == "rejected" ? Ruled::otherwise : Ruled::gone;
    }
    tx->queue(record_ruling_sql, pg::params(key.tenant, key.id, position, decision, text(ruling.by), text(ruling.note)));
    tx->queue(ledger_ruling_sql, pg::params(key.tenant, key.id, position, decision, text(ruling.by)));
    if (auto done = co_await tx->commit(); !done) co_return forward(done);
    co_return Ruled::done;
}

Task<Result<bool>> ruled_before(pg::Pool& pool, QueueId message, std::string_view group, Route route, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, ruled_before_sql, pg::params(message, text(std::string(group)), std::string(word(route))),
                                    deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<bool>(0);
}

Task<Result<std::vector<MessageKey>>> lapse(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, lapse_sql, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    std::vector<MessageKey> out;
    for (const auto row : *rows) out.push_back({row.get<TenantId>(0), row.get<QueueId>(1)});
    co_return out;
}

Task<Result<std::vector<HeldEntry>>> held(pg::Pool& pool, std::string_view group, QueueId message, std::int32_t limit,
                                          pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, held_sql, pg::params(text(std::string(group)), message, limit), deadline);
    if (!rows) co_return forward(rows);
    std::vector<HeldEntry> out;
    for (const auto row : *rows)
        out.push_back({.key = {row.get<TenantId>(0), row.get<QueueId>(1)},
                       .position = row.get<std::int32_t>(2),
                       .group = row.get<std::string>(3),
                       .sender = row.get<std::string>(4),
                       .message_id = row.get<std::string>(5),
                       .size = row.get<std::int64_t>(6),
                       .queued_at = row.get<Time>(7),
                       .expires_at = row.get<Time>(8),
                       .asked = row.get<bool>(9)});
    co_return out;
}

}  // namespace sky::delivery::store
