#include "auth/store/oidc_providers.h"

namespace sky::auth {
namespace {
#define SKY_OIDC_PROVIDER "issuer, client_id, client_secret, auth_method, scopes, address_claim, name, changed_at"

constexpr pg::Statement find{"directory.oidc_provider", "select " SKY_OIDC_PROVIDER " from directory.oidc_provider where tenant_id = $1"};
constexpr pg::Statement forget_others{"directory.forget_oidc_subjects",
                                      "delete from directory.oidc_subject where tenant_id = $1 and issuer <> $2"};
constexpr pg::Statement put{"directory.set_oidc_provider",
                            "insert into directory.oidc_provider (tenant_id, issuer, client_id, client_secret, auth_method, scopes, "
                            "address_claim, name) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id) do update set issuer = "
                            "excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret, auth_method = "
                            "excluded.auth_method, scopes = excluded.scopes, address_claim = excluded.address_claim, name = excluded.name, "
                            "changed_at = now() returning " SKY_OIDC_PROVIDER};
constexpr pg::Statement drop{"directory.drop_oidc_provider", "delete from directory.oidc_provider where tenant_id = $1"};
constexpr pg::Statement subject{"directory.oidc_subject",
                                "select a.address from directory.oidc_subject s join directory.account a on a.tenant_id = s.tenant_id and "
                                "a.account_id = s.account_id where s.tenant_id = $1 and s.issuer = $2 and s.subject = $3"};
constexpr pg::Statement bind{
    "directory.bind_oidc_subject",
    "insert into directory.oidc_subject (tenant_id, issuer, subject, account_id) values ($1, $2, $3, $4) on conflict do "
    "nothing"};

OidcProviderRow provider_of(const pg::Row& row) {
    return {.issuer = row.get<std::string>(0),
            .client_id = row.get<std::string>(1),
            .sealed_secret = row.get<std::string>(2),
            .auth_method = row.get<std::string>(3),
            .scopes = row.get<std::string>(4),
            .address_claim = row.get<std::string>(5),
            .name = row.get<std::string>(6),
            .changed = row.get<Time>(7)};
}
}  // namespace

Task<Result<std::optional<OidcProviderRow>>> find_oidc_provider(pg::Pool& pool, TenantId tenant, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, find, pg::params(tenant), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return provider_of((*rows)[0]);
}

Task<Result<OidcProviderRow>> set_oidc_provider(pg::Transaction& transaction, TenantId tenant, const OidcProviderRow& provider) {
    auto forgotten = co_await transaction.query(forget_others, pg::params(tenant, provider.issuer));
    if (!forgotten) co_return forward(forgotten);
    auto rows = co_await transaction.query(put, pg::params(tenant, provider.issuer, provider.client_id, pg::Bytea{provider.sealed_secret},
                                                           provider.auth_method, provider.scopes, provider.address_claim, provider.name));
    if (!rows) co_return forward(rows);
    co_return provider_of((*rows)[0]);
}

Task<Result<bool>> delete_oidc_provider(pg::Transaction& transaction, TenantId tenant) {
    auto forgotten = co_await transaction.query(forget_others, pg::params(tenant, ""));
    if (!forgotten) co_return forward(forgotten);
    auto rows = co_await transaction.query(drop, pg::params(tenant));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<std::optional<std::string>>> address_of_subject(pg::Pool& pool, const OidcSubject& who, pg::Deadline deadline) {
    auto rows = co_await pool.query(who.tenant, subject, pg::params(who.tenant, who.issuer, who.subject), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return (*rows)[0].get<std::string>(0);
}

Task<Result<bool>> bind_subject(pg::Pool& pool, const OidcSubject& who, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(who.tenant, bind, pg::params(who.tenant, who.issuer, who.subject, account), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
