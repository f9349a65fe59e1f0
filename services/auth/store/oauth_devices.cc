#include "auth/store/oauth_devices.h"

namespace sky::auth::oauth {
namespace {
constexpr std::int64_t most_waiting = 50;  // of one remote address

constexpr pg::Statement add{
    "directory.add_oauth_device",
    "insert into directory.oauth_device (device_digest, user_digest, client_id, scopes, resources, remote, expires_at) "
    "select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from directory.oauth_device where remote = $6 and "
    "state = 'pending' and expires_at > now()) < $8"};
constexpr pg::Statement waiting{
    "directory.oauth_device_waiting",
    "select client_id, scopes, resources from directory.oauth_device where user_digest = $1 and state = 'pending' "
    "and expires_at > now()"};
constexpr pg::Statement approve{
    "directory.approve_oauth_device",
    "update directory.oauth_device set state = 'approved', grant_tenant = $2, grant_id = $3 where user_digest = $1 "
    "and state = 'pending' and expires_at > now()"};
constexpr pg::Statement deny{"directory.deny_oauth_device",
                             "update directory.oauth_device set state = 'denied' where user_digest = $1 and state = 'pending'"};
constexpr pg::Statement ask{
    "directory.poll_oauth_device",
    "with asked as (select device_digest, state, expires_at > now() as is_live, state = 'pending' and polled_at is not "
    "null and polled_at > now() - make_interval(secs => interval_s) as is_hasty, coalesce(grant_tenant, 0) as tenant, "
    "coalesce(grant_id, 0) as grant_id from directory.oauth_device where device_digest = $1 and client_id = $2 for "
    "update), noted as (update directory.oauth_device d set polled_at = now(), interval_s = least(d.interval_s + case "
    "when asked.is_hasty then 5 else 0 end, 3600) from asked where d.device_digest = asked.device_digest) select state, "
    "is_live, is_hasty, tenant, grant_id from asked"};
constexpr pg::Statement granted{
    "directory.oauth_granted",
    "select g.client_id, g.account_id, a.address, a.display_name, g.scopes, g.resources, g.authenticated_at, "
    "g.methods from directory.oauth_grant g join directory.account a on a.tenant_id = g.tenant_id and a.account_id = "
    "g.account_id join directory.tenant t on t.tenant_id = g.tenant_id where g.tenant_id = $1 and g.grant_id = $2 "
    "and a.state = 'active' and t.state <> 'closing'"};
constexpr pg::Statement spend{"directory.spend_oauth_device",
                              "delete from directory.oauth_device where device_digest = $1 and state = 'approved'"};
}  // namespace

Task<Result<void>> insert_device(pg::Pool& pool, const NewDevice& device, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, add,
                                    pg::params(pg::Bytea{device.device_digest}, pg::Bytea{device.user_digest}, device.client_id,
                                               device.scopes, device.resources, device.remote, device.expires, most_waiting),
                                    deadline);
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::limit, "too many devices wait", "devices of " + device.remote);
    co_return Result<void>{};
}

Task<Result<std::optional<DeviceRow>>> find_waiting(pg::Pool& pool, const std::string& user_digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, waiting, pg::params(pg::Bytea{user_digest}), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return DeviceRow{row.get<std::string>(0), row.get<std::vector<std::string>>(1), row.get<std::vector<std::string>>(2)};
}

Task<Result<bool>> let_in(pg::Transaction& transaction, const std::string& user_digest, TenantId tenant, std::int64_t grant) {
    auto rows = co_await transaction.query(approve, pg::params(pg::Bytea{user_digest}, tenant, grant));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> turn_down(pg::Pool& pool, const std::string& user_digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, deny, pg::params(pg::Bytea{user_digest}), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<std::optional<Poll>>> poll(pg::Pool& pool, const std::string& device_digest, const std::string& client_id,
                                       pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, ask, pg::params(pg::Bytea{device_digest}, client_id), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return Poll{row.get<std::string>(0), row.get<bool>(1), row.get<bool>(2), row.get<TenantId>(3), row.get<std::int64_t>(4)};
}

Task<Result<std::optional<Held>>> find_granted(pg::Pool& pool, TenantId tenant, std::int64_t grant, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, granted, pg::params(tenant, grant), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    Held out{.tenant = tenant, .grant = grant};
    out.client_id = row.get<std::string>(0);
    out.account = row.get<AccountId>(1);
    out.address = row.get<std::string>(2);
    out.display_name = row.get<std::string>(3);
    out.granted_scopes = row.get<std::vector<std::string>>(4);
    out.granted_resources = row.get<std::vector<std::string>>(5);
    out.authenticated = row.get<Time>(6);
    out.methods = row.get<std::vector<std::string>>(7);
    co_return out;
}

Task<Result<bool>> spend_device(pg::Transaction& transaction, const std::string& device_digest) {
    auto rows = co_await transaction.query(spend, pg::params(pg::Bytea{device_digest}));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth::oauth
