#include "auth/store/oauth_clients.h"

namespace sky::auth::oauth {
namespace {
#define SKY_OAUTH_CLIENT                                                                                                           \
    "client_id, coalesce(tenant_id, 0), name, uri, auth_method, coalesce(secret_digest, ''), redirect_uris, grant_types, scopes, " \
    "id_token_alg, trusted, coalesce(resource, ''), origin, created_at, created_by"

constexpr pg::Statement by_id{"directory.oauth_client", "select " SKY_OAUTH_CLIENT " from directory.oauth_client where client_id = $1"};
constexpr pg::Statement after_id{"directory.oauth_clients", "select " SKY_OAUTH_CLIENT
                                                            " from directory.oauth_client where client_id > $1 and ($3::bigint is null or "
                                                            "tenant_id is not distinct from nullif($3, 0)) order by client_id limit $2"};
constexpr pg::Statement add{
    "directory.add_oauth_client",
    "insert into directory.oauth_client (client_id, tenant_id, name, uri, auth_method, secret_digest, redirect_uris, "
    "grant_types, scopes, id_token_alg, trusted, resource, origin, created_by) values ($1, nullif($2, 0::bigint), $3, "
    "$4, $5, nullif($6, ''::bytea), $7, $8, $9, $10, $11, nullif($12, ''), $13, $14) returning " SKY_OAUTH_CLIENT};
constexpr pg::Statement drop{
    "directory.drop_oauth_client",
    "delete from directory.oauth_client where client_id = $1 and tenant_id is not distinct from nullif($2, 0::bigint)"};
constexpr pg::Statement renew{
    "directory.renew_oauth_secret",
    "update directory.oauth_client set secret_digest = $3 where client_id = $1 and tenant_id is not distinct from "
    "nullif($2, 0::bigint) and auth_method <> 'none' returning " SKY_OAUTH_CLIENT};
constexpr pg::Statement registered{
    "directory.registered_oauth_clients",
    "select count(*), count(*) filter (where created_by = $1 and created_at > now() - interval '1 day') from "
    "directory.oauth_client where origin = 'registration'"};
constexpr pg::Statement served{"directory.oauth_resources", "select resource from directory.oauth_client where resource = any ($1)"};

Client client_of(const pg::Row& row) {
    return {.id = row.get<std::string>(0),
            .tenant = row.get<TenantId>(1),
            .name = row.get<std::string>(2),
            .uri = row.get<std::string>(3),
            .auth_method = row.get<std::string>(4),
            .secret_digest = row.get<std::string>(5),
            .redirect_uris = row.get<std::vector<std::string>>(6),
            .grant_types = row.get<std::vector<std::string>>(7),
            .scopes = row.get<std::vector<std::string>>(8),
            .id_token_alg = row.get<std::string>(9),
            .trusted = row.get<bool>(10),
            .resource = row.get<std::string>(11),
            .origin = row.get<std::string>(12),
            .created = row.get<Time>(13),
            .created_by = row.get<std::string>(14)};
}
}  // namespace

Task<Result<std::optional<Client>>> find_client(pg::Pool& pool, const std::string& id, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, by_id, pg::params(id), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return client_of((*rows)[0]);
}

Task<Result<std::vector<Client>>> list_clients(pg::Pool& pool, TenantId view, const ClientFilter& filter, Page page,
                                               pg::Deadline deadline) {
    auto rows = co_await pool.query(view, after_id, pg::params(page.after, std::int64_t{page.size}, filter.tenant), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Client> out;
    for (const auto row : *rows) out.push_back(client_of(row));
    co_return out;
}

Task<Result<Client>> insert_client(pg::Transaction& transaction, const Client& client) {
    auto rows =
        co_await transaction.query(add, pg::params(client.id, client.tenant, client.name, client.uri, client.auth_method,
                                                   pg::Bytea{client.secret_digest}, client.redirect_uris, client.grant_types, client.scopes,
                                                   client.id_token_alg, client.trusted, client.resource, client.origin, client.created_by));
    if (!rows) co_return forward(rows);
    co_return client_of((*rows)[0]);
}

Task<Result<bool>> delete_client(pg::Transaction& transaction, TenantId tenant, const std::string& id) {
    auto rows = co_await transaction.query(drop, pg::params(id, tenant));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<std::optional<Client>>> set_client_secret(pg::Transaction& transaction, TenantId tenant, const std::string& id,
                                                      const std::string& digest) {
    auto rows = co_await transaction.query(renew, pg::params(id, tenant, pg::Bytea{digest}));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return client_of((*rows)[0]);
}

Task<Result<Registered>> count_registered(pg::Pool& pool, const std::string& network, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, registered, pg::params(network), deadline);
    if (!rows) co_return forward(rows);
    co_return Registered{(*rows)[0].get<std::int64_t>(0), (*rows)[0].get<std::int64_t>(1)};
}

Task<Result<std::vector<std::string>>> served_of(pg::Pool& pool, const std::vector<std::string>& resources, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, served, pg::params(resources), deadline);
    if (!rows) co_return forward(rows);
    std::vector<std::string> out;
    for (const auto row : *rows) out.push_back(row.get<std::string>(0));
    co_return out;
}

}  // namespace sky::auth::oauth
