#include "auth/oauth/client.h"

#include "auth/oauth/scopes.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth::oauth {

bool Client::may(std::string_view grant_type) const { return contains(grant_types, grant_type); }

Outcome<Claimed> claimed_client(std::string_view authorization, const Form& form) {
    Claimed out;
    if (authorization.empty()) {
        out.id = form.text("client_id");
        if (form.has("client_secret")) out.secret = form.text("client_secret");
        if (out.id.empty()) return refuse("invalid_client", "the client is not named", 401);
        return out;
    }
    const auto bad = [] { return refuse("invalid_client", "the authorization header field can't be read", 401); };
    if (!ascii::starts_ignoring_case(authorization, "basic ")) return bad();
    if (form.has("client_secret")) return refuse("invalid_request", "the client proves itself in two ways");
    const auto pair = base64_decode(ascii::trim(authorization.substr(6)));
    if (!pair) return bad();
    const auto colon = pair->find(':');
    if (colon == pair->npos) return bad();
    const auto id = form_decode(std::string_view(*pair).substr(0, colon)), secret = form_decode(std::string_view(*pair).substr(colon + 1));
    if (!id || !secret || id->empty()) return bad();
    if (form.has("client_id") && form.text("client_id") != *id) return refuse("invalid_request", "two clients are named");
    return Claimed{*id, *secret, true};
}

Outcome<void> check_client(const std::optional<Client>& client, const Claimed& claimed, std::string_view digest) {
    const auto bad = [] { return refuse("invalid_client", "the client is unknown or its proof is wrong", 401); };
    if (!client) return bad();
    if (!client->is_confidential()) {
        // A secret that nobody gave it proves nothing; Basic with an empty one is what some libraries send.
        if (claimed.secret && !claimed.secret->empty()) return bad();
        return {};
    }
    if (!claimed.secret || claimed.basic != (client->auth_method == "client_secret_basic")) return bad();
    if (!equals_in_constant_time(digest, client->secret_digest)) return bad();
    return {};
}

}  // namespace sky::auth::oauth
