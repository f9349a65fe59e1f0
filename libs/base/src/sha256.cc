#include "sky/base/sha256.h"

#include <sodium.h>

namespace sky {
namespace {
crypto_hash_sha256_state* state(std::array<std::byte, 104>& bytes) { return reinterpret_cast<crypto_hash_sha256_state*>(bytes.data()); }
static_assert(sizeof(crypto_hash_sha256_state) == 104 && alignof(crypto_hash_sha256_state) <= 8);
}  // namespace

Sha256::Sha256() { crypto_hash_sha256_init(state(state_)); }

void Sha256::feed(std::string_view bytes) {
    crypto_hash_sha256_update(state(state_), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Sha256::finish() {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(state(state_), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.feed(bytes);
    return hash.finish();
}

}  // namespace sky
