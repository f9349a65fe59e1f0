#pragma once
// The OpenID Connect providers through which tenants' people sign in, and whom their subjects are here.
#include <optional>
#include <string>

#include "sky/base/clock.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct OidcProviderRow {
    std::string issuer, client_id;
    std::string sealed_secret;  // empty: none
    std::string auth_method = "client_secret_basic";
    std::string scopes = "openid email profile";
    std::string address_claim = "email";
    std::string name;
    Time changed;
};
Task<Result<std::optional<OidcProviderRow>>> find_oidc_provider(pg::Pool& pool, TenantId tenant, pg::Deadline deadline);
// Another issuer's subjects are others: those of before are forgotten.
Task<Result<OidcProviderRow>> set_oidc_provider(pg::Transaction& transaction, TenantId tenant, const OidcProviderRow& provider);
Task<Result<bool>> delete_oidc_provider(pg::Transaction& transaction, TenantId tenant);

// The account that the subject is; an account that has no subject of this issuer yet becomes it. Nothing: another subject has the account.
struct OidcSubject {
    TenantId tenant;
    std::string issuer, subject;
};
Task<Result<std::optional<std::string>>> address_of_subject(pg::Pool& pool, const OidcSubject& subject, pg::Deadline deadline);
Task<Result<bool>> bind_subject(pg::Pool& pool, const OidcSubject& subject, AccountId account, pg::Deadline deadline);

}  // namespace sky::auth
