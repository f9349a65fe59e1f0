#include "delivery/store/admin.h"

#include "delivery/store/text.h"

namespace sky::delivery::store {
namespace {

// $1 an address, "@domain" or nothing; $2 a queue id or 0.
#define SKY_SELECTED                                                                                   \
    " ($1 = '' or r.recipient = $1 or (starts_with($1, '@') and right(r.recipient, length($1)) = $1))" \
    " and ($2 = 0 or r.queue_id = $2) "

constexpr pg::Statement list_sql{
    "delivery.list_queue",
    "select r.tenant_id, r.queue_id, m.sender, r.recipient, m.size, m.queued_at, r.due_at, r.attempts, r.last_reply, r.state"
    " from queue.recipient r join queue.message m on m.tenant_id = r.tenant_id and m.queue_id = r.queue_id"
    " where " SKY_SELECTED " order by m.queued_at, r.tenant_id, r.queue_id, r.position limit $3"};

constexpr pg::Statement flush_sql{
    "delivery.flush_queue",
    "with due as (update queue.recipient r set due_at = now(), crashes = 0, state = 'waiting' where r.state in ('waiting', 'quarantined')"
    " and " SKY_SELECTED
    " returning r.tenant_id, r.queue_id, r.position, r.route), back as (update queue.ingest_recipient i"
    " set outcome = case d.route when 'moderation' then 'held' else 'queued' end, at = now() from due d"
    " join queue.message m on m.tenant_id = d.tenant_id and m.queue_id = d.queue_id where i.tenant_id = d.tenant_id"
    " and i.ingest_id = m.ingest_id and i.position = d.position and i.outcome = 'quarantined')"
    " select tenant_id, queue_id, count(*) from due group by tenant_id, queue_id"};

constexpr pg::Statement lock_selected_sql{
    "delivery.lock_selected",
    "select m.tenant_id, m.queue_id from queue.message m where exists (select from queue.recipient r where r.tenant_id = m.tenant_id"
    " and r.queue_id = m.queue_id and r.state <> 'claimed' and " SKY_SELECTED ") order by m.tenant_id, m.queue_id limit 10000 for update"};

constexpr pg::Statement remove_selected_sql{
    "delivery.remove_selected",
    "with gone as (delete from queue.recipient r using unnest($3::bigint[], $4::bigint[]) k (tenant_id, queue_id)"
    " where r.tenant_id = k.tenant_id and r.queue_id = k.queue_id and r.state <> 'claimed' and " SKY_SELECTED
    " returning r.tenant_id, r.queue_id, r.position), ended as (update queue.ingest_recipient i set outcome = 'removed',"
    " detail = 'by the operator', at = now() from gone g join queue.message m on m.tenant_id = g.tenant_id and m.queue_id = g.queue_id"
    " where i.tenant_id = g.tenant_id and i.ingest_id = m.ingest_id and i.position = g.position) select count(*) from gone"};

constexpr pg::Statement remove_empty_sql{
    "delivery.remove_empty",
    "delete from queue.message m using unnest($1::bigint[], $2::bigint[]) k (tenant_id, queue_id) where m.tenant_id = k.tenant_id"
    " and m.queue_id = k.queue_id and not exists (select from queue.recipient r where r.tenant_id = m.tenant_id and r.queue_id = "
    "m.queue_id)"};

}  // namespace

Task<Result<std::vector<Entry>>> list(pg::Pool& pool, const Selection& selection, std::int32_t limit, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, list_sql, pg::params(text(selection.recipient), selection.message, limit), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Entry> out;
    for (const auto row : *rows)
        out.push_back({.key = {row.get<TenantId>(0), row.get<QueueId>(1)},
                       .sender = row.get<std::string>(2),
                       .recipient = row.get<std::string>(3),
                       .size = row.get<std::int64_t>(4),
                       .queued_at = row.get<Time>(5),
                       .due_at = row.get<Time>(6),
                       .attempts = row.get<std::int32_t>(7),
                       .last_reply = row.get<std::string>(8),
                       .state = row.get<std::string>(9)});
    co_return out;
}

Task<Result<Flushed>> flush(pg::Pool& pool, const Selection& selection, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, flush_sql, pg::params(text(selection.recipient), selection.message), deadline);
    if (!rows) co_return forward(rows);
    Flushed out;
    for (const auto row : *rows) {
        out.messages.push_back({row.get<TenantId>(0), row.get<QueueId>(1)});
        out.recipients += row.get<std::int64_t>(2);
    }
    co_return out;
}

// The messages are locked first, as the workers do it: then each sees what the other ended.
Task<Result<std::int64_t>> remove(pg::Pool& pool, const Selection& selection, pg::Deadline deadline) {
    auto tx = co_await pool.begin(TenantId{}, deadline);
    if (!tx) co_return forward(tx);
    auto locked = co_await tx->query(lock_selected_sql, pg::params(text(selection.recipient), selection.message));
    if (!locked) co_return forward(locked);
    std::vector<std::int64_t> tenants, ids;
    for (const auto row : *locked) {
        tenants.push_back(row.get<std::int64_t>(0));
        ids.push_back(row.get<std::int64_t>(1));
    }
    if (ids.empty()) co_return 0;
    auto removed = co_await tx->query(remove_selected_sql, pg::params(text(selection.recipient), selection.message, tenants, ids));
    if (!removed) co_return forward(removed);
    const auto count = (*removed)[0].get<std::int64_t>(0);
    tx->queue(remove_empty_sql, pg::params(tenants, ids));
    if (auto done = co_await tx->commit(); !done) co_return forward(done);
    co_return count;
}

}  // namespace sky::delivery::store
