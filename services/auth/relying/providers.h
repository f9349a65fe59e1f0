#pragma once
// Providers, asked over TLS. What they publish is kept for a while; one shard only.
#include <map>
#include <string>

#include "auth/relying/provider.h"
#include "auth/store/oidc_providers.h"
#include "sky/http/client.h"

namespace sky::auth::relying {

class Providers {
  public:
    // What the operator has set: authorities, and networks of the house that providers may stand in.
    explicit Providers(http::ClientOptions options) : options_(std::move(options)) {}

    Task<Result<ProviderMetadata>> metadata(std::string issuer, Deadline deadline);
    // Its keys; asked for again when none of those that are kept has signed (OpenID Connect Core §10.1.1).
    enum class Fresh { may_be_kept, must_be };
    Task<Result<std::vector<jwt::PublicKey>>> keys(std::string issuer, Fresh fresh, Deadline deadline);

    struct Redemption {
        std::string code, verifier, redirect_uri, secret;
    };
    // The identity token for a code. Fault::bad_credentials when the provider refuses the code.
    Task<Result<std::string>> redeem(const OidcProviderRow& provider, Redemption what, Deadline deadline);

  private:
    struct Known {
        ProviderMetadata metadata;
        Deadline metadata_until{};
        std::vector<jwt::PublicKey> keys;
        Deadline keys_until{};
    };
    Task<Result<std::string>> get(std::string url, Deadline deadline);
    Known& known(const std::string& issuer);
    http::ClientOptions options_;
    std::map<std::string, Known> known_;
};

}  // namespace sky::auth::relying
