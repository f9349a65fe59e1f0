#pragma once
// What the operator has set about OAuth.
#include <chrono>
#include <string>
#include <vector>

#include "sky/settings/settings.h"

namespace sky::auth::oauth {

struct Options {
    std::string issuer;                  // https://auth.example.test; empty: nothing of OAuth is offered
    std::vector<std::string> resources;  // what this house serves (RFC 8707); the issuer is always one
    std::chrono::seconds access_life{};
    std::chrono::seconds refresh_life{};
    std::chrono::seconds session_life{};
    std::chrono::seconds key_life{};
    bool registration = false;  // programs may register themselves (RFC 7591)
    bool offered() const { return !issuer.empty(); }
};

// Fault::syntax, naming the setting, for an issuer or a resource that can be none.
Result<Options> options_of(const settings::Settings& settings);

}  // namespace sky::auth::oauth
