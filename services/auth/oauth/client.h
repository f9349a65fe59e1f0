#pragma once
// A program that may ask for things, and how it shows who it is. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/form.h"
#include "auth/oauth/uri.h"
#include "sky/base/clock.h"
#include "sky/base/ids.h"

namespace sky::auth::oauth {

struct Client {
    std::string id;
    TenantId tenant;  // only its people may let it in; nothing: everybody
    std::string name;
    std::string uri;          // a page about it; empty: none
    std::string auth_method;  // none, client_secret_basic, client_secret_post
    std::string secret_digest;
    std::vector<std::string> redirect_uris;
    std::vector<std::string> grant_types;
    std::vector<std::string> scopes;
    std::string id_token_alg = "ES256";
    bool trusted = false;  // the house's own: nobody is asked
    std::string resource;  // what it serves itself; empty: nothing
    std::string origin;    // operator, registration
    Time created;
    std::string created_by;

    bool is_confidential() const { return auth_method != "none"; }
    Kind kind() const { return is_confidential() ? Kind::confidential : Kind::open; }
    bool may(std::string_view grant_type) const;
};

inline constexpr std::string_view authorization_code = "authorization_code", refresh_token = "refresh_token",
                                  device_code = "urn:ietf:params:oauth:grant-type:device_code";

// Who the request says it comes from. `basic`: by the header field, so that a refusal names the scheme.
struct Claimed {
    std::string id;
    std::optional<std::string> secret;
    bool basic = false;
};
// RFC 6749 §2.3.1: HTTP Basic, whose halves are form-encoded, or the form. One way only (§2.3).
Outcome<Claimed> claimed_client(std::string_view authorization, const Form& form);

// invalid_client (401) when the client is none, or does not show what it must in the way that it was registered for. `digest` is of the
// claimed secret.
Outcome<void> check_client(const std::optional<Client>& client, const Claimed& claimed, std::string_view digest);

}  // namespace sky::auth::oauth
