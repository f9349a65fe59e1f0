#include <openssl/crypto.h>

#include "scram_crypto.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/sasl/saslprep.h"
#include "sky/sasl/server.h"

namespace sky::sasl {
namespace {
constexpr std::size_t max_salt = 64;

std::string_view name(ScramHash hash) { return hash == ScramHash::sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256"; }

bool within_bounds(std::string_view salt, std::uint64_t iterations) {
    return !salt.empty() && salt.size() <= max_salt && iterations >= scram_least_iterations && iterations <= scram_most_iterations;
}
}  // namespace

// RFC 5802 §3; SaltedPassword is as good as the password and is wiped.
Result<ScramVerifier> scram_verifier(ScramHash hash, std::string_view password, std::string_view salt, std::uint32_t iterations) {
    if (!within_bounds(salt, iterations))
        return unexpected(Fault::internal, "password not stored", "SCRAM salt or iterations out of bounds");
    if (password.size() > max_password) return unexpected(Fault::too_large, "password too long");
    auto prepared = saslprep(password, Prepared::stored);
    if (!prepared || prepared->empty()) return unexpected(Fault::syntax, "password holds characters that SCRAM does not allow");
    std::string salted = scram_hi(hash, *prepared, salt, iterations);
    std::string client_key = scram_hmac(hash, salted, "Client Key");
    ScramVerifier out{scram_h(hash, client_key), scram_hmac(hash, salted, "Server Key")};
    for (std::string* secret : {&*prepared, &salted, &client_key}) OPENSSL_cleanse(secret->data(), secret->size());
    return out;
}

// The value of RFC 5803 §2 with the punctuation that PostgreSQL gave it.
std::string to_text(const ScramSecret& secret) {
    std::string out(name(secret.hash));
    out.append("$").append(std::to_string(secret.iterations)).append(":").append(base64_encode(secret.salt));
    out.append("$").append(base64_encode(secret.verifier.stored_key)).append(":").append(base64_encode(secret.verifier.server_key));
    return out;
}

std::optional<ScramSecret> parse_scram_secret(std::string_view text) {
    if (text.size() > 512) return std::nullopt;
    const auto parts = ascii::split(text, '$');
    if (parts.size() != 3) return std::nullopt;
    const auto cost = ascii::split(parts[1], ':');
    const auto keys = ascii::split(parts[2], ':');
    if (cost.size() != 2 || keys.size() != 2) return std::nullopt;
    ScramSecret out;
    if (parts[0] == name(ScramHash::sha1))
        out.hash = ScramHash::sha1;
    else if (parts[0] != name(ScramHash::sha256))
        return std::nullopt;
    const auto iterations = ascii::number(cost[0], scram_most_iterations);
    auto salt = base64_decode(cost[1]);
    auto stored = base64_decode(keys[0]);
    auto server = base64_decode(keys[1]);
    if (!iterations || !salt || !stored || !server || !within_bounds(*salt, *iterations)) return std::nullopt;
    if (stored->size() != size_of(out.hash) || server->size() != size_of(out.hash)) return std::nullopt;
    out.salt = std::move(*salt);
    out.iterations = static_cast<std::uint32_t>(*iterations);
    out.verifier = {std::move(*stored), std::move(*server)};
    return out;
}

// StoredKey is drawn from the key, not hashed from a ClientKey: a proof for it would be a preimage.
ScramAccount scram_decoy(ScramHash hash, std::string_view key, std::string_view username, std::uint32_t iterations) {
    const auto draw = [&](std::string_view what) { return scram_hmac(hash, key, std::string(what).append("\0", 1).append(username)); };
    return {draw("salt").substr(0, scram_salt_size), iterations, {{draw("stored"), draw("server")}}};
}

}  // namespace sky::sasl
