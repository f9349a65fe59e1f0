#pragma once
// Basic authentication (RFC 7617) and bearer tokens (RFC 6750), with a short memory: clients prove themselves with every request, and that
// costs auth real work.
// What was proved is remembered by a keyed hash for a minute while the directory's changes are heard, else for five seconds.
#include <chrono>
#include <string>
#include <unordered_map>

#include "sky/base/result.h"
#include "sky/http/message.h"
#include "sky/identity/identity.h"

namespace sky::groupware {

// Name and password of an Authorization header; nothing for another scheme or broken base64.
struct Basic {
    std::string username, password;
};
std::optional<Basic> parse_basic(std::string_view header);

// The token of an Authorization header (RFC 6750 §2.1); nothing for another scheme or what is no token.
std::optional<std::string> parse_bearer(std::string_view header);

class SignIns {
  public:
    explicit SignIns(identity::Identity& identity);
    // Fault::not_authenticated without credentials; otherwise as Identity::authenticate.
    Task<Result<identity::Principal>> prove(const http::Request& request, Deadline deadline);

  private:
    struct Known {
        identity::Principal who;
        std::chrono::steady_clock::time_point since;
    };
    Task<Result<identity::Principal>> ask(std::string header, identity::Attempt attempt, Deadline deadline);
    std::string key_of(std::string_view header) const;
    const identity::Principal* recall(const std::string& key);
    void forget(AccountId account);

    identity::Identity& identity_;
    std::string secret_;
    std::unordered_map<std::string, Known> known_;
};

}  // namespace sky::groupware
