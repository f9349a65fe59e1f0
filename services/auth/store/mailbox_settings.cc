#include "auth/store/mailbox_settings.h"

namespace sky::auth {
namespace {
// Its addresses, and each at the domains that stand for the address's own unless somebody else has that one.
constexpr pg::Statement settings{
    "directory.mailbox_settings",
    "select v.version, a.address, a.display_name, a.kind, a.language, a.time_zone, a.state = 'active' and t.state = 'active', "
    "array(select address from (select x.address from directory.address x where x.tenant_id = $1 and x.account_id = $2 "
    "union select left(x.address, -length(d.name)) || s.name from directory.address x "
    "join directory.domain d on d.tenant_id = $1 and d.domain_id = x.domain_id "
    "join directory.domain s on s.tenant_id = $1 and s.alias_of = d.domain_id and s.state = 'active' "
    "where x.tenant_id = $1 and x.account_id = $2 and not exists (select from directory.address y where y.tenant_id = $1 "
    "and y.address = left(x.address, -length(d.name)) || s.name)) own order by address <> a.address, address), "
    "coalesce(a.protocols, l.protocols, '{}') "
    "from directory.version v, directory.account a join directory.tenant t on t.tenant_id = a.tenant_id "
    "left join directory.plan l on l.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id) "
    "where a.tenant_id = $1 and a.account_id = $2"};
constexpr pg::Statement others{
    "directory.other_mailboxes",
    "select o.account_id, o.address, o.display_name, o.kind, d.full_access, d.send_as, d.send_on_behalf, o.sent_copy "
    "from directory.delegate d join directory.account o on o.tenant_id = d.tenant_id and o.account_id = d.account_id "
    "where d.tenant_id = $1 and d.grantee_id = $2 and o.state = 'active' order by o.address"};
}  // namespace

Task<Result<MailboxSettings>> find_mailbox_settings(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, settings, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    const auto row = (*rows)[0];
    MailboxSettings out{.version = row.get<std::int64_t>(0),
                        .address = row.get<std::string>(1),
                        .display_name = row.get<std::string>(2),
                        .kind = row.get<std::string>(3),
                        .language = row.get<std::string>(4),
                        .time_zone = row.get<std::string>(5),
                        .sends = row.get<bool>(6),
                        .addresses = row.get<std::vector<std::string>>(7),
                        .protocols = row.get<std::vector<std::string>>(8),
                        .others = {}};
    auto shared = co_await pool.query(tenant, others, pg::params(tenant, account), deadline);
    if (!shared) co_return forward(shared);
    for (const auto other : *shared)
        out.others.push_back({.account = other.get<AccountId>(0),
                              .address = other.get<std::string>(1),
                              .display_name = other.get<std::string>(2),
                              .kind = other.get<std::string>(3),
                              .powers = {other.get<bool>(4), other.get<bool>(5), other.get<bool>(6)},
                              .sent_copy = other.get<std::string>(7)});
    co_return out;
}

}  // namespace sky::auth
