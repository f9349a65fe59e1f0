#include "auth/oauth/claims.h"

#include "auth/oauth/scopes.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"

namespace sky::auth::oauth {
namespace {
namespace bj = boost::json;

void say_person(bj::object& out, const Person& person, const std::vector<std::string>& scopes) {
    if (contains(scopes, "profile")) {
        if (!person.display_name.empty()) out["name"] = person.display_name;
        out["preferred_username"] = person.address;
    }
    if (contains(scopes, "email")) {
        out["email"] = person.address;
        out["email_verified"] = true;  // we host it
    }
}
}  // namespace

std::string subject_of(AccountId account) { return std::to_string(account.value); }

bj::object id_token_claims(const Assertion& asserted) {
    bj::object out{{"iss", asserted.issuer},
                   {"sub", subject_of(asserted.person.account)},
                   {"aud", asserted.client_id},
                   {"azp", asserted.client_id},
                   {"iat", unix_seconds(asserted.now)},
                   {"exp", unix_seconds(asserted.now + id_token_life)},
                   {"auth_time", unix_seconds(asserted.authenticated)},
                   // OpenID Connect Core §3.1.3.6: half of the digest.
                   {"at_hash", base64url_encode(std::string_view(sha256(asserted.access_token)).substr(0, 16))}};
    if (!asserted.nonce.empty()) out["nonce"] = asserted.nonce;
    bj::array methods;
    for (const auto& one : asserted.methods) methods.emplace_back(one);
    if (!methods.empty()) out["amr"] = std::move(methods);
    say_person(out, asserted.person, asserted.scopes);
    return out;
}

bj::object user_claims(const Person& person, const std::vector<std::string>& scopes) {
    bj::object out{{"sub", subject_of(person.account)}};
    say_person(out, person, scopes);
    return out;
}

}  // namespace sky::auth::oauth
