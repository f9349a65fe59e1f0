#include "auth/store/external_directories.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{
    "directory.external_directory",
    "select urls, authorities, bind_dn, bind_password, base_dn, user_filter, id_attribute, attributes, sign_in, enabled, sync, "
    "sync_minutes, changed_at from directory.external_directory where tenant_id = $1"};
constexpr pg::Statement groups_of{
    "directory.external_groups",
    "select dn, coalesce(address, ''), protocols from directory.external_group where tenant_id = $1 order by dn"};
constexpr pg::Statement put{
    "directory.put_external_directory",
    "insert into directory.external_directory (tenant_id, urls, authorities, bind_dn, bind_password, base_dn, user_filter, id_attribute, "
    "attributes, "
    "sign_in, enabled, sync, sync_minutes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
    "on conflict (tenant_id) do update set urls = excluded.urls, authorities = excluded.authorities, bind_dn = excluded.bind_dn, "
    "bind_password = excluded.bind_password, base_dn = excluded.base_dn, user_filter = excluded.user_filter, id_attribute = "
    "excluded.id_attribute, "
    "attributes = excluded.attributes, sign_in = excluded.sign_in, enabled = excluded.enabled, sync = excluded.sync, "
    "sync_minutes = excluded.sync_minutes, changed_at = clock_timestamp()"};
constexpr pg::Statement remove{"directory.remove_external_directory", "delete from directory.external_directory where tenant_id = $1"};
constexpr pg::Statement put_group{
    "directory.put_external_group",
    "insert into directory.external_group (tenant_id, dn, address, protocols) values ($1, $2, nullif($3, ''), $4) "
    "on conflict (tenant_id, dn) do update set address = excluded.address, protocols = excluded.protocols"};
constexpr pg::Statement remove_group{"directory.remove_external_group",
                                     "delete from directory.external_group where tenant_id = $1 and dn = $2"};

ExternalDirectoryRow row_of(TenantId tenant, const pg::Row& row, const pg::Rows& groups) {
    ExternalDirectoryRow out{.tenant = tenant,
                             .urls = row.get<std::vector<std::string>>(0),
                             .authorities = row.get<std::string>(1),
                             .bind_dn = row.get<std::string>(2),
                             .bind_password = row.get<std::string>(3),
                             .base_dn = row.get<std::string>(4),
                             .user_filter = row.get<std::string>(5),
                             .id_attribute = row.get<std::string>(6),
                             .attributes = row.get<std::vector<std::string>>(7),
                             .sign_in = row.get<std::string>(8),
                             .enabled = row.get<bool>(9),
                             .sync = row.get<bool>(10),
                             .sync_minutes = row.get<std::int32_t>(11),
                             .changed = row.get<Time>(12)};
    for (const auto group : groups)
        out.groups.push_back({group.get<std::string>(0), group.get<std::string>(1), group.get<std::optional<std::vector<std::string>>>(2)});
    return out;
}

Task<Result<std::optional<ExternalDirectoryRow>>> read(pg::Transaction& transaction, TenantId tenant) {
    const auto one = transaction.queue(find, pg::params(tenant)), several = transaction.queue(groups_of, pg::params(tenant));
    auto rows = co_await transaction.take(one);
    if (!rows) co_return forward(rows);
    auto groups = co_await transaction.take(several);
    if (!groups) co_return forward(groups);
    if (rows->empty()) co_return std::nullopt;
    co_return row_of(tenant, (*rows)[0], *groups);
}

Task<Result<ExternalDirectoryRow>> again(pg::Transaction& transaction, TenantId tenant) {
    auto row = co_await read(transaction, tenant);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::not_found, "the tenant has no directory elsewhere");
    co_return std::move(**row);
}
}  // namespace

Task<Result<std::optional<ExternalDirectoryRow>>> find_external_directory(pg::Pool& pool, TenantId tenant, pg::Deadline deadline) {
    auto transaction = co_await pool.begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    auto row = co_await read(*transaction, tenant);
    if (!row) co_return row;
    if (auto done = co_await transaction->commit(); !done) co_return forward(done);
    co_return row;
}

Task<Result<ExternalDirectoryRow>> put_external_directory(pg::Transaction& transaction, const ExternalDirectoryRow& row) {
    auto rows = co_await transaction.query(
        put, pg::params(row.tenant, row.urls, row.authorities, row.bind_dn, pg::Bytea{row.bind_password}, row.base_dn, row.user_filter,
                        row.id_attribute, row.attributes, row.sign_in, row.enabled, row.sync, row.sync_minutes));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, row.tenant);
}

Task<Result<bool>> delete_external_directory(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(remove, pg::params(tenant));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<ExternalDirectoryRow>> put_external_group(pg::Transaction& transaction, TenantId tenant, const ExternalGroupRow& group) {
    auto before = co_await again(transaction, tenant);
    if (!before) co_return before;
    auto rows = co_await transaction.query(put_group, pg::params(tenant, group.dn, group.address, group.protocols));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, tenant);
}

Task<Result<ExternalDirectoryRow>> delete_external_group(pg::Transaction& transaction, TenantId tenant, const std::string& dn) {
    auto rows = co_await transaction.query(remove_group, pg::params(tenant, dn));
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::not_found, "this group has no meaning here");
    co_return co_await again(transaction, tenant);
}

}  // namespace sky::auth
