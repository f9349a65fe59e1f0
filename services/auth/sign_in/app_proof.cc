#include "auth/sign_in/app_proof.h"

#include <algorithm>

#include "auth/sign_in/second_factor.h"
#include "auth/sign_in/verdicts.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {
constexpr std::string_view purpose = "app-password";

std::string under(std::string_view key, AccountId account, std::string_view password) {
    return "$keyed$" + hex_encode(keyed_digest(key, {std::to_string(account.value), password}));
}
}  // namespace

std::string new_app_password() { return readable_secret(4, 5); }

AppProof::AppProof(const Seal& seal) : keys_(seal.derive_all(purpose)) {}

std::string AppProof::verifier(AccountId account, std::string_view password) const { return under(keys_.front(), account, password); }

bool AppProof::proves(AccountId account, std::string_view verifier, std::string_view password) const {
    return std::ranges::any_of(keys_, [&](const auto& key) { return equals_in_constant_time(under(key, account, password), verifier); });
}

}  // namespace sky::auth
