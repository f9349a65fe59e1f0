#pragma once
// Secrets at rest: what auth must be able to read again (TOTP secrets, signing keys, LDAP bind passwords, client secrets of relying
// parties) stands in PostgreSQL only sealed, so that a dump or a replica tells nothing. XChaCha20-Poly1305: its nonces of 24 octets may
// be random, so replicas share a key without sharing a counter. Each purpose has a subkey of its own, and the associated data names
// purpose, tenant and object: a blob copied into another row or another tenant does not open.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/ids.h"
#include "sky/base/result.h"

namespace sky::auth {

inline constexpr std::size_t master_key_size = 32;

// The setting SEAL_KEY: master keys of 32 octets, each as 64 hex digits or as base64, separated by commas. The first seals, the others
// are those of before and only open. Fault::syntax with a text for the operator that never repeats the key.
Result<std::vector<std::string>> parse_seal_keys(std::string_view text);

// Whose secret it is. `purpose` is a constant of the code ("totp"), `object` the key of the row.
struct SealedFor {
    std::string_view purpose;
    TenantId tenant;  // 0: of the whole installation
    std::string_view object;
};

// Immutable after it is made: any thread may use it.
class Seal {
  public:
    // SEAL_KEY and SEAL_KEY_PREVIOUS as they are set; the error names the one that is wrong.
    static Result<Seal> load(std::string_view current, std::string_view previous);
    // The keys of parse_seal_keys(): at least one, each of 32 octets.
    explicit Seal(std::vector<std::string> keys);
    ~Seal();  // wipes the keys
    Seal(Seal&&) noexcept = default;
    Seal& operator=(Seal&&) = delete;

    // Version (1 octet), key id (8), nonce (24), ciphertext, tag (16).
    std::string seal(const SealedFor& place, std::string_view secret) const;

    // Fault::corrupt for what was changed, belongs elsewhere or was sealed under a key that is not configured; the reason tells which.
    Result<std::string> open(const SealedFor& place, std::string_view blob) const;

    // Whether the blob was sealed under an older key or version: open it and seal it again while there is a chance.
    bool needs_reseal(std::string_view blob) const;

    // Keys of 32 octets for keyed digests (tokens are stored as digests only): one for what is written, and all for what is looked up.
    // Never a key that seals.
    std::string derive(std::string_view purpose) const;
    std::vector<std::string> derive_all(std::string_view purpose) const;

  private:
    struct Key {
        std::string octets;
        std::string id;
    };
    std::vector<Key> keys_;
};

}  // namespace sky::auth
