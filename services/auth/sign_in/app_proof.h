#pragma once
// App passwords are random and long, so a keyed digest is proof enough. Pure.
#include <string>
#include <string_view>
#include <vector>

#include "auth/sealing.h"
#include "sky/base/ids.h"

namespace sky::auth {

std::string new_app_password();

class AppProof {
  public:
    explicit AppProof(const Seal& seal);
    // What is stored: "$keyed$" and hex, under the newest key.
    std::string verifier(AccountId account, std::string_view password) const;
    bool proves(AccountId account, std::string_view verifier, std::string_view password) const;

  private:
    std::vector<std::string> keys_;  // newest first
};

}  // namespace sky::auth
