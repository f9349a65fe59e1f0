#pragma once
// What SCRAM keeps in place of a password (RFC 5802 §3), how it is derived, and how it is written down.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::sasl {

enum class ScramHash { sha1, sha256 };

inline constexpr std::uint32_t scram_iterations = 600'000;
inline constexpr std::uint32_t scram_least_iterations = 4096;  // RFC 7677 §4
inline constexpr std::uint32_t scram_most_iterations = 10'000'000;
inline constexpr std::size_t scram_salt_size = 16;

// Who holds StoredKey can check a proof; who holds ServerKey too can play the server. Neither signs in.
struct ScramVerifier {
    std::string stored_key;
    std::string server_key;
};

// All secrets of one account (main password, app passwords) under one salt: the client is told a salt before it proves anything, so
// they must share it. No verifiers at all is an account that nobody can prove.
struct ScramAccount {
    std::string salt;
    std::uint32_t iterations = scram_iterations;
    std::vector<ScramVerifier> verifiers;
};

// PBKDF2 over the password prepared as a stored string; costs about 0.13 s at the default. Fault::syntax for a password that
// SASLprep prohibits or empties, Fault::internal for iterations or salt out of bounds.
Result<ScramVerifier> scram_verifier(ScramHash hash, std::string_view password, std::string_view salt,
                                     std::uint32_t iterations = scram_iterations);

// One verifier as text, as PostgreSQL writes it: SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>, base64.
struct ScramSecret {
    ScramHash hash = ScramHash::sha256;
    std::string salt;
    std::uint32_t iterations = scram_iterations;
    ScramVerifier verifier;
};
std::string to_text(const ScramSecret& secret);
std::optional<ScramSecret> parse_scram_secret(std::string_view text);

// An account for a name that does not exist, the same at every call with one `key` (a secret of the installation), so that a stranger
// who asks twice learns nothing. Nobody knows a proof for it. Iterations other than those of real accounts would tell them apart.
ScramAccount scram_decoy(ScramHash hash, std::string_view key, std::string_view username, std::uint32_t iterations = scram_iterations);

}  // namespace sky::sasl
