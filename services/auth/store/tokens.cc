#include "auth/store/tokens.h"

namespace sky::auth {
namespace {
#define SKY_TOKEN_COLUMNS                                                                                                               \
    "token_id, label, coalesce((select a.address from directory.account a where a.tenant_id = k.tenant_id and a.account_id = "          \
    "k.account_id), ''), coalesce(role, ''), coalesce((select o.name from directory.tenant o where o.tenant_id = k.over_tenant), ''), " \
    "networks::text[], created_at, created_by, expires_at"
#define SKY_PLATFORM_TOKEN_COLUMNS \
    "token_id, label, ''::text, 'platform'::text, ''::text, networks::text[], created_at, created_by, expires_at"

constexpr pg::Statement add{
    "directory.add_token",
    "insert into directory.token as k (tenant_id, account_id, role, over_tenant, label, digest, networks, created_by, "
    "expires_at) values ($1, nullif($2, 0::bigint), nullif($3, ''), nullif($4, 0::bigint), $5, $6, $7::text[]::cidr[], $8, $9) "
    "returning " SKY_TOKEN_COLUMNS};
// Those of the same owner go when the next one comes: the web app makes one for each session.
constexpr pg::Statement drop_expired{"directory.drop_expired_tokens",
                                     "delete from directory.token where tenant_id = $1 and account_id is not distinct from "
                                     "nullif($2, 0::bigint) and expires_at < now()"};
constexpr pg::Statement add_platform{"directory.add_platform_token",
                                     "insert into directory.platform_token (purpose, label, digest, networks, created_by, expires_at) "
                                     "values ('api', $1, $2, $3::text[]::cidr[], $4, $5) returning " SKY_PLATFORM_TOKEN_COLUMNS};
constexpr pg::Statement of_tenant{"directory.tokens",
                                  "select " SKY_TOKEN_COLUMNS
                                  " from directory.token k where k.tenant_id = $1 and "
                                  "k.account_id is not distinct from nullif($2, 0::bigint) order by token_id limit 1000"};
constexpr pg::Statement of_platform{"directory.platform_tokens", "select " SKY_PLATFORM_TOKEN_COLUMNS
                                                                 " from directory.platform_token where purpose = 'api' "
                                                                 "order by token_id limit 1000"};
constexpr pg::Statement remove{
    "directory.remove_token",
    "delete from directory.token where tenant_id = $1 and account_id is not distinct from nullif($2, 0::bigint) and "
    "token_id = $3"};
constexpr pg::Statement remove_platform{"directory.remove_platform_token",
                                        "delete from directory.platform_token where purpose = 'api' and token_id = $1"};
constexpr pg::Statement use_setup{"directory.use_setup_token",
                                  "delete from directory.platform_token where purpose = 'setup' and digest = $1 and expires_at > now()"};
constexpr pg::Statement offer{"directory.offer_setup_token", "select coalesce(directory.offer_setup_token($1), false)"};

ListedToken token_of(const pg::Row& row) {
    return {.id = row.get<std::int64_t>(0),
            .label = row.get<std::string>(1),
            .address = row.get<std::string>(2),
            .role = row.get<std::string>(3),
            .over = row.get<std::string>(4),
            .networks = row.get<std::vector<std::string>>(5),
            .created = row.get<Time>(6),
            .created_by = row.get<std::string>(7),
            .expires = row.get<std::optional<Time>>(8)};
}
}  // namespace

Task<Result<ListedToken>> insert_token(pg::Transaction& transaction, const NewTokenRow& token) {
    if (token.tenant) {
        auto gone = co_await transaction.query(drop_expired, pg::params(token.tenant, token.account));
        if (!gone) co_return forward(gone);
    }
    const std::string role = token.role ? std::string(name_of(*token.role)) : std::string();
    auto rows = token.tenant
                    ? co_await transaction.query(add, pg::params(token.tenant, token.account, role, token.over, token.label,
                                                                 pg::Bytea{token.digest}, token.networks, token.created_by, token.expires))
                    : co_await transaction.query(
                          add_platform, pg::params(token.label, pg::Bytea{token.digest}, token.networks, token.created_by, token.expires));
    if (!rows) co_return forward(rows);
    co_return token_of((*rows)[0]);
}

Task<Result<std::vector<ListedToken>>> list_tokens(pg::Pool& pool, TokenOwner owner, pg::Deadline deadline) {
    auto rows = owner.tenant ? co_await pool.query(owner.tenant, of_tenant, pg::params(owner.tenant, owner.account), deadline)
                             : co_await pool.query(TenantId{}, of_platform, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    std::vector<ListedToken> out;
    for (const auto row : *rows) out.push_back(token_of(row));
    co_return out;
}

Task<Result<bool>> delete_token(pg::Transaction& transaction, TokenOwner owner, std::int64_t id) {
    auto rows = owner.tenant ? co_await transaction.query(remove, pg::params(owner.tenant, owner.account, id))
                             : co_await transaction.query(remove_platform, pg::params(id));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> use_setup_token(pg::Transaction& transaction, const std::string& digest) {
    auto rows = co_await transaction.query(use_setup, pg::params(pg::Bytea{digest}));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<bool>> offer_setup_token(pg::Pool& pool, const std::string& digest, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, offer, pg::params(pg::Bytea{digest}), deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<bool>(0);
}

}  // namespace sky::auth
