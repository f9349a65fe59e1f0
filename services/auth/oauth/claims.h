#pragma once
// What is said of people: in identity tokens (OpenID Connect Core §2), by userinfo (§5.3) and by introspection (RFC 7662 §2.2). Pure.
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "auth/oauth/client.h"

namespace sky::auth::oauth {

struct Person {
    AccountId account;
    std::string address;
    std::string display_name;
};

inline constexpr std::chrono::minutes id_token_life{10};

// Never anything but digits, and never anybody else's: accounts' numbers are not used twice.
std::string subject_of(AccountId account);

struct Assertion {
    std::string issuer;
    std::string client_id;
    Person person;
    std::vector<std::string> scopes;
    std::string nonce;
    Time authenticated;
    std::vector<std::string> methods;  // RFC 8176
    std::string access_token;          // for at_hash
    Time now;
};
boost::json::object id_token_claims(const Assertion& asserted);

boost::json::object user_claims(const Person& person, const std::vector<std::string>& scopes);

}  // namespace sky::auth::oauth
