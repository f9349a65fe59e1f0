#include "scram_crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <new>

namespace sky::sasl {
namespace {
const EVP_MD* digest(ScramHash hash) { return hash == ScramHash::sha1 ? EVP_sha1() : EVP_sha256(); }
const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* room(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// OpenSSL fails here only for want of memory (or a broken provider): not an answer about a password.
void must(bool worked) {
    if (!worked) throw std::bad_alloc();
}
}  // namespace

std::size_t size_of(ScramHash hash) { return hash == ScramHash::sha1 ? 20 : 32; }

std::string scram_h(ScramHash hash, std::string_view text) {
    std::string out(size_of(hash), '\0');
    must(EVP_Digest(text.data(), text.size(), room(out), nullptr, digest(hash), nullptr) == 1);
    return out;
}

std::string scram_hmac(ScramHash hash, std::string_view key, std::string_view text) {
    std::string out(size_of(hash), '\0');
    must(HMAC(digest(hash), key.data(), static_cast<int>(key.size()), octets(text), text.size(), room(out), nullptr) != nullptr);
    return out;
}

std::string scram_hi(ScramHash hash, std::string_view text, std::string_view salt, std::uint32_t iterations) {
    std::string out(size_of(hash), '\0');
    must(PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), octets(salt), static_cast<int>(salt.size()),
                           static_cast<int>(iterations), digest(hash), static_cast<int>(out.size()), room(out)) == 1);
    return out;
}

// RFC 5802 §3: ClientKey = ClientProof XOR HMAC(StoredKey, AuthMessage), and H(ClientKey) must be StoredKey.
std::size_t find_prover(ScramHash hash, std::span<const ScramVerifier> verifiers, std::string_view auth_message, std::string_view proof) {
    const std::size_t size = size_of(hash);
    const std::string nobody(size, '\0');
    const std::size_t tries = (std::max<std::size_t>(verifiers.size(), 1) + 7) / 8 * 8;
    std::size_t found = verifiers.size();
    for (std::size_t i = 0; i < tries; ++i) {
        // A stored key of another size (of the other hash) proves nobody.
        const bool real = i < verifiers.size() && verifiers[i].stored_key.size() == size;
        const std::string& stored = real ? verifiers[i].stored_key : nobody;
        std::string client_key = scram_hmac(hash, stored, auth_message);
        for (std::size_t k = 0; k < size; ++k) client_key[k] = static_cast<char>(client_key[k] ^ (k < proof.size() ? proof[k] : 0));
        const std::string hashed = scram_h(hash, client_key);
        const bool same = CRYPTO_memcmp(hashed.data(), stored.data(), size) == 0;
        if (same && real && proof.size() == size && found == verifiers.size()) found = i;
        OPENSSL_cleanse(client_key.data(), client_key.size());
    }
    return found;
}

}  // namespace sky::sasl
