#include "auth/sign_in/passwords.h"

#include <sodium.h>

#include <algorithm>

#include "auth/metrics.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {

Result<std::string> hash_now(std::string password, HashCost cost) {
    metrics::password_hashes.add();
    std::string out(crypto_pwhash_STRBYTES, '\0');
    const int failed =
        crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.operations, cost.memory, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(password.data(), password.size());
    if (failed != 0) return unexpected(Fault::unavailable, "try again later", "argon2id: no memory");
    out.resize(out.find('\0'));
    return out;
}

bool proves_counted(const std::string& verifier, const std::string& password) {
    metrics::password_hashes.add();
    return proves(verifier, password);
}

int verify_now(const std::vector<std::string>& verifiers, const std::string& stand_in, std::string& password) {
    int proved = -1;
    bool worked = false;
    for (std::size_t i = 0; i < verifiers.size() && proved < 0; ++i) {
        worked = worked || verifiers[i].starts_with("$argon2id$");
        if (proves_counted(verifiers[i], password)) proved = static_cast<int>(i);
    }
    if (proved < 0 && !worked) static_cast<void>(proves_counted(stand_in, password));
    sodium_memzero(password.data(), password.size());
    return proved;
}

// A full pool is our shortage, not the peer's excess.
template <class T>
Result<T> shortage(Result<T> result) {
    if (!result && result.error().fault != Fault::unavailable)
        return unexpected(Fault::unavailable, "try again later", "password pool: " + result.error().reason);
    return result;
}
}  // namespace

Result<void> check_new_password(std::string_view password) {
    const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    if (!ascii::is_utf8(password)) return unexpected(Fault::syntax, "the password is not valid UTF-8");
    if (std::ranges::any_of(password, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }))
        return unexpected(Fault::syntax, "the password contains a control character");
    if (static_cast<std::size_t>(std::ranges::count_if(password, starts_character)) < shortest_password)
        return unexpected(Fault::syntax, "the password is shorter than 10 characters");
    if (password.size() > longest_password) return unexpected(Fault::syntax, "the password is longer than 1024 octets");
    return {};
}

Passwords::Passwords(OffloadPool& pool, HashCost cost) : pool_(pool), cost_(cost), stand_in_(hash_now(random_bytes(32), cost).value()) {}

Task<Result<std::string>> Passwords::hash(std::string password, Deadline deadline) const {
    co_return shortage(co_await pool_.run(deadline, [password = std::move(password), cost = cost_] { return hash_now(password, cost); }));
}

Task<Result<std::string>> Passwords::scram(sasl::ScramHash hash, std::string password, std::string salt, Deadline deadline) const {
    co_return shortage(
        co_await pool_.run(deadline, [hash, password = std::move(password), salt = std::move(salt)]() mutable -> Result<std::string> {
            auto verifier = sasl::scram_verifier(hash, password, salt);
            sodium_memzero(password.data(), password.size());
            if (!verifier) return verifier.error().fault == Fault::syntax ? Result<std::string>("") : forward(verifier);
            return sasl::to_text({hash, salt, sasl::scram_iterations, std::move(*verifier)});
        }));
}

Task<Result<MainCredential>> Passwords::credential(std::string password, std::string salt, Deadline deadline) const {
    MainCredential out;
    auto verifier = co_await hash(password, deadline);
    if (!verifier) co_return forward(verifier);
    out.verifier = std::move(*verifier);
    if (salt.empty()) co_return out;
    auto sha256 = co_await scram(sasl::ScramHash::sha256, password, salt, deadline);
    if (!sha256) co_return forward(sha256);
    out.scram_sha256 = std::move(*sha256);
    auto sha1 = co_await scram(sasl::ScramHash::sha1, std::move(password), std::move(salt), deadline);
    if (!sha1) co_return forward(sha1);
    out.scram_sha1 = std::move(*sha1);
    co_return out;
}

Task<Result<int>> Passwords::verify(std::vector<std::string> verifiers, std::string password, Deadline deadline) const {
    co_return shortage(
        co_await pool_.run(deadline, [verifiers = std::move(verifiers), stand_in = stand_in_, password = std::move(password)]() mutable {
            return verify_now(verifiers, stand_in, password);
        }));
}

}  // namespace sky::auth
