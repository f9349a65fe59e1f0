#pragma once
// The request of the authorisation endpoint (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, OpenID Connect Core §3.1.2.1), and what it leads
// to. Pure.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/oauth/client.h"

namespace sky::auth::oauth {

// Where the answer goes. Refused: it is shown on a page, because nobody may be sent to an address that the client has not registered.
Outcome<std::string> redirect_target(const Form& form, const Client& client);

struct Authorization {
    std::vector<std::string> scopes;
    std::vector<std::string> resources;
    std::string code_challenge;
    std::string nonce;
    std::string login_hint;
    bool never_ask = false;      // prompt=none
    bool sign_in_again = false;  // prompt=login, select_account
    bool ask_again = false;      // prompt=consent
    std::optional<std::chrono::seconds> max_age;
};
// Refused: the browser takes the error back to the client (RFC 6749 §4.1.2.1). `resources`: those that are known here.
Outcome<Authorization> authorization_of(const Form& form, const Client& client, const std::vector<std::string>& resources);

// invalid_target (RFC 8707 §2) for resources that are not of these.
Outcome<std::vector<std::string>> resources_of(const Form& form, const std::vector<std::string>& known);

// What comes next.
struct SignedIn {
    TenantId tenant;
    std::string address;
    Time authenticated;
};
enum class Step { sign_in, consent, approve };
// `begun`: when the sign-in page was first shown for this request. `agreed`: the same was agreed to before.
Outcome<Step> next_step(const Authorization& request, const Client& client, const std::optional<SignedIn>& session,
                        std::optional<Time> begun, bool agreed, Time now);

// Agreement of before counts only for clients that can't be anyone: an open client at a loopback address or a scheme of its own may be
// another program (RFC 8252 §8.6).
bool may_be_remembered(const Client& client, std::string_view redirect_uri);

// The browser's way back, with `state` and `iss` (RFC 9207 §2).
std::string way_back(const std::string& redirect_uri, const Form& form, const std::string& issuer,
                     std::vector<std::pair<std::string, std::string>> parameters);
std::string way_back_refused(const std::string& redirect_uri, const Form& form, const std::string& issuer, const Refusal& refusal);

}  // namespace sky::auth::oauth
