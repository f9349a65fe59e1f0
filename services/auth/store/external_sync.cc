#include "auth/store/external_sync.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_notes = 100;

constexpr pg::Statement due{"directory.due_syncs", "select directory.due_syncs($1)"};
constexpr pg::Statement claim{
    "directory.claim_sync",
    "insert into directory.external_sync as s (tenant_id, claimed_until, started_at) "
    "select $1, clock_timestamp() + interval '5 minutes', clock_timestamp() "
    "on conflict (tenant_id) do update set claimed_until = excluded.claimed_until, started_at = excluded.started_at, asked_at = null "
    "where s.claimed_until < clock_timestamp() returning s.asked_whole"};
constexpr pg::Statement renew{
    "directory.renew_sync",
    "update directory.external_sync set claimed_until = clock_timestamp() + interval '5 minutes' where tenant_id = $1"};
constexpr pg::Statement finish{
    "directory.finish_sync",
    "update directory.external_sync set claimed_until = '-infinity', ended_at = clock_timestamp(), error = $2, added = $3, changed = $4, "
    "suspended = $5, restored = $6, skipped = $7, notes = $8, asked_whole = asked_whole and asked_at is not null where tenant_id = $1"};
constexpr pg::Statement status{
    "directory.external_sync",
    "select error, added, changed, suspended, restored, skipped, notes, started_at, ended_at, claimed_until > clock_timestamp(), "
    "asked_at is not null from directory.external_sync where tenant_id = $1"};
constexpr pg::Statement ask{"directory.ask_for_sync",
                            "insert into directory.external_sync (tenant_id, asked_at, asked_whole) values ($1, clock_timestamp(), $2) "
                            "on conflict (tenant_id) do update set asked_at = excluded.asked_at, asked_whole = excluded.asked_whole"};

constexpr pg::Statement mailboxes{
    "directory.mailboxes_of_sync",
    "select a.account_id, a.address, coalesce(a.external_id, ''), a.state = 'active', a.suspended_by_sync, "
    "exists (select from directory.role_grant r where r.tenant_id = a.tenant_id and r.account_id = a.account_id), "
    "a.display_name, a.title, a.department, a.phone, a.mobile, a.office, "
    "coalesce((select m.address from directory.account m where m.tenant_id = a.tenant_id and m.account_id = a.manager_id), ''), "
    "coalesce((select encode(sha256(p.octets), 'hex') from directory.photo p where p.tenant_id = a.tenant_id and p.account_id = "
    "a.account_id), ''), "
    "a.protocols, n.all_of_them, n.external from directory.account a cross join lateral (select "
    "coalesce(array_agg(x.address order by x.address), '{}') as all_of_them, "
    "coalesce(array_agg(x.address order by x.address) filter (where x.external), '{}') as external from directory.address x "
    "where x.tenant_id = a.tenant_id and x.account_id = a.account_id) n "
    "where a.tenant_id = $1 and a.kind = 'user' order by a.account_id"};
constexpr pg::Statement domains{"directory.domains_of_sync",
                                "select name from directory.domain where tenant_id = $1 and state <> 'pending'"};
constexpr pg::Statement others{
    "directory.addresses_of_others",
    "select n.address from directory.address n left join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id "
    "where n.tenant_id = $1 and a.kind is distinct from 'user'"};
constexpr pg::Statement members{"directory.members_of_sync",
                                "select n.address, coalesce((select array_agg(m.target order by m.target) from directory.group_member m "
                                "where m.tenant_id = n.tenant_id and m.group_id = n.group_id), '{}') "
                                "from directory.address n where n.tenant_id = $1 and n.address = any ($2) and n.group_id is not null"};

constexpr pg::Statement link{"directory.link_mailbox",
                             "update directory.account set external_id = $3 where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement mark{"directory.mark_suspended",
                             "update directory.account set suspended_by_sync = $3 where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement add_addresses{"directory.add_external_addresses",
                                      "insert into directory.address (tenant_id, address, domain_id, account_id, external) "
                                      "select $1, t.address, d.domain_id, $2, true from unnest($3::text[]) t (address) "
                                      "join directory.domain d on d.tenant_id = $1 and d.name = split_part(t.address, '@', 2)"};
constexpr pg::Statement drop_addresses{
    "directory.drop_external_addresses",
    "delete from directory.address where tenant_id = $1 and account_id = $2 and address = any ($3) and external "
    "and address <> (select a.address from directory.account a where a.tenant_id = $1 and a.account_id = $2)"};

Result<void> done(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    return {};
}

Here here_of(const pg::Row& row) {
    return {.account = row.get<AccountId>(0),
            .address = row.get<std::string>(1),
            .external_id = row.get<std::string>(2),
            .active = row.get<bool>(3),
            .suspended_by_sync = row.get<bool>(4),
            .holds_role = row.get<bool>(5),
            .display_name = row.get<std::string>(6),
            .title = row.get<std::string>(7),
            .department = row.get<std::string>(8),
            .phone = row.get<std::string>(9),
            .mobile = row.get<std::string>(10),
            .office = row.get<std::string>(11),
            .manager = row.get<std::string>(12),
            .photo = row.get<std::string>(13),
            .protocols = row.get<std::optional<std::vector<std::string>>>(14),
            .addresses = row.get<std::vector<std::string>>(15),
            .external = row.get<std::vector<std::string>>(16)};
}
}  // namespace

Task<Result<std::vector<TenantId>>> due_syncs(pg::Pool& pool, std::int32_t most, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, due, pg::params(most), deadline);
    if (!rows) co_return forward(rows);
    std::vector<TenantId> out;
    for (const auto row : *rows) out.push_back(row.get<TenantId>(0));
    co_return out;
}

Task<Result<std::optional<Shrink>>> claim_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, claim, pg::params(tenant), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return (*rows)[0].get<bool>(0) ? Shrink::allowed : Shrink::refused;
}

Task<Result<void>> renew_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline) {
    co_return done(co_await pool.query(tenant, renew, pg::params(tenant), deadline));
}

Task<Result<void>> finish_sync(pg::Pool& pool, TenantId tenant, const SyncOutcome& outcome, pg::Deadline deadline) {
    std::vector<std::string> notes(outcome.notes.begin(),
                                   outcome.notes.begin() + static_cast<std::ptrdiff_t>(std::min(outcome.notes.size(), most_notes)));
    co_return done(co_await pool.query(
        tenant, finish,
        pg::params(tenant, outcome.error, outcome.added, outcome.changed, outcome.suspended, outcome.restored, outcome.skipped, notes),
        deadline));
}

Task<Result<SyncStatus>> find_sync(pg::Pool& pool, TenantId tenant, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, status, pg::params(tenant), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return SyncStatus{};
    const auto row = (*rows)[0];
    co_return SyncStatus{.last = {.error = row.get<std::string>(0),
                                  .added = row.get<std::int32_t>(1),
                                  .changed = row.get<std::int32_t>(2),
                                  .suspended = row.get<std::int32_t>(3),
                                  .restored = row.get<std::int32_t>(4),
                                  .skipped = row.get<std::int32_t>(5),
                                  .notes = row.get<std::vector<std::string>>(6)},
                         .started = row.get<std::optional<Time>>(7),
                         .ended = row.get<std::optional<Time>>(8),
                         .running = row.get<bool>(9),
                         .asked = row.get<bool>(10)};
}

Task<Result<void>> ask_for_sync(pg::Transaction& transaction, TenantId tenant, Shrink shrink) {
    auto rows = co_await transaction.query(ask, pg::params(tenant, shrink == Shrink::allowed));
    if (!rows && rows.error().fault == Fault::not_found)
        co_return unexpected(Fault::not_found, "the tenant has no directory elsewhere", rows.error().reason);
    co_return done(rows);
}

Task<Result<void>> read_sides_here(pg::Pool& pool, TenantId tenant, const std::vector<ExternalGroupRow>& meanings, Sides& sides,
                                   pg::Deadline deadline) {
    std::vector<std::string> groups;
    for (const auto& meaning : meanings)
        if (!meaning.address.empty()) groups.push_back(meaning.address);
    auto transaction = co_await pool.begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    const auto accounts = transaction->queue(mailboxes, pg::params(tenant)), names = transaction->queue(domains, pg::params(tenant)),
               rest = transaction->queue(others, pg::params(tenant)), mapped = transaction->queue(members, pg::params(tenant, groups));
    auto rows = co_await transaction->take(accounts);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) sides.mailboxes.push_back(here_of(row));
    rows = co_await transaction->take(names);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) sides.domains.insert(row.get<std::string>(0));
    rows = co_await transaction->take(rest);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) sides.taken.insert(row.get<std::string>(0));
    rows = co_await transaction->take(mapped);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) sides.here.push_back({row.get<std::string>(0), row.get<std::vector<std::string>>(1)});
    co_return co_await transaction->commit();
}

Task<Result<void>> link_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const std::string& external_id) {
    co_return done(co_await transaction.query(link, pg::params(mailbox.tenant_id, mailbox.account, external_id)));
}

Task<Result<void>> mark_suspended(pg::Transaction& transaction, const MailboxRow& mailbox, bool by_sync) {
    co_return done(co_await transaction.query(mark, pg::params(mailbox.tenant_id, mailbox.account, by_sync)));
}

Task<Result<void>> put_external_addresses(pg::Transaction& transaction, const MailboxRow& mailbox, const std::vector<std::string>& joining,
                                          const std::vector<std::string>& leaving) {
    if (auto dropped = co_await transaction.query(drop_addresses, pg::params(mailbox.tenant_id, mailbox.account, leaving)); !dropped)
        co_return forward(dropped);
    co_return done(co_await transaction.query(add_addresses, pg::params(mailbox.tenant_id, mailbox.account, joining)));
}

}  // namespace sky::auth
