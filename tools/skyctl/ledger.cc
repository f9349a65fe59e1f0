#include "skyctl/ledger.h"

namespace sky::skyctl {
namespace {
constexpr pg::Statement check{"skyctl.ledger", R"(
    select 'ledger.lost', 'tenant ' || l.tenant_id || ' ingest ' || l.ingest_id || ' recipient ' || l.position,
           'counts as ' || l.outcome || ', but is not in the queue as such'
      from queue.ingest_recipient l
     where l.outcome in ('queued', 'held', 'quarantined')
       and not exists (select from queue.message m join queue.recipient r using (tenant_id, queue_id)
                        where m.tenant_id = l.tenant_id and m.ingest_id = l.ingest_id and r.position = l.position
                          and l.outcome = case when r.state = 'quarantined' then 'quarantined' when r.route = 'moderation' then 'held'
                                               else 'queued' end)
    union all
    select 'ledger.ended_but_queued', 'tenant ' || r.tenant_id || ' queue ' || r.queue_id || ' recipient ' || r.position,
           'is in the queue (' || r.state || '), but counts as ' || coalesce(l.outcome, 'never accepted')
      from queue.recipient r join queue.message m using (tenant_id, queue_id)
      left join queue.ingest_recipient l on l.tenant_id = m.tenant_id and l.ingest_id = m.ingest_id and l.position = r.position
     where l.outcome is distinct from case when r.state = 'quarantined' then 'quarantined' when r.route = 'moderation' then 'held'
                                            else 'queued' end
    union all
    select 'ledger.no_recipients', 'tenant ' || i.tenant_id || ' ingest ' || i.ingest_id, 'was accepted for nobody'
      from queue.ingest i
     where not exists (select from queue.ingest_recipient l where l.tenant_id = i.tenant_id and l.ingest_id = i.ingest_id)
    union all
    select 'queue.no_recipients', 'tenant ' || m.tenant_id || ' queue ' || m.queue_id, 'waits for nobody'
      from queue.message m
     where not exists (select from queue.recipient r where r.tenant_id = m.tenant_id and r.queue_id = m.queue_id)
     limit 1000)"};
}

Task<Result<std::vector<LedgerFinding>>> check_ledger(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, check, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    std::vector<LedgerFinding> out;
    for (const auto row : *rows) out.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2)});
    co_return out;
}

}  // namespace sky::skyctl
