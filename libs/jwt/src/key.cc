#include "sky/jwt/key.h"

#include <array>

#include "openssl.h"
#include "sky/jwt/jwk.h"

namespace sky::jwt {
namespace {
struct Named {
    Algorithm algorithm;
    std::string_view name;
    const char* kind;  // OpenSSL's name of the key's kind
};
// RFC 7518 §3.1, RFC 8037 §3.1.
constexpr std::array algorithms{
    Named{Algorithm::es256, "ES256", "EC"},
    Named{Algorithm::rs256, "RS256", "RSA"},
    Named{Algorithm::eddsa, "EdDSA", "ED25519"},
};
const Named& row(Algorithm algorithm) { return algorithms[static_cast<std::size_t>(algorithm)]; }

PublicKey with_id(Algorithm algorithm, PublicKey::Handle handle) {
    return {thumbprint(PublicKey({}, algorithm, handle)), algorithm, handle};
}

bool is_p256(EVP_PKEY* key) {
    std::array<char, 32> group{};
    std::size_t length = 0;
    return EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           std::string_view(group.data(), length) == SN_X9_62_prime256v1;
}

bool fits(Algorithm algorithm, EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, row(algorithm).kind) != 1) return false;
    if (algorithm == Algorithm::es256) return is_p256(key);
    return algorithm != Algorithm::rs256 || (EVP_PKEY_get_bits(key) >= least_rsa_bits && EVP_PKEY_get_bits(key) <= most_rsa_bits);
}
}  // namespace

std::string_view name_of(Algorithm algorithm) { return row(algorithm).name; }

std::optional<Algorithm> algorithm_named(std::string_view name) {
    for (const auto& one : algorithms)
        if (one.name == name) return one.algorithm;
    return std::nullopt;
}

Result<PrivateKey> PrivateKey::generate(Algorithm algorithm) {
    EVP_PKEY* made = algorithm == Algorithm::es256   ? EVP_EC_gen("P-256")
                     : algorithm == Algorithm::rs256 ? EVP_RSA_gen(static_cast<std::size_t>(least_rsa_bits))
                                                     : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (!made) return unexpected(Fault::internal, "try again later", "OpenSSL makes no key");
    return PrivateKey(with_id(algorithm, PublicKey::Handle(made, EVP_PKEY_free)));
}

Result<PrivateKey> PrivateKey::read(Algorithm algorithm, std::string_view der) {
    const auto corrupt = unexpected(Fault::corrupt, "a stored key can't be read", "a private key that is no PKCS #8 of its algorithm");
    const unsigned char* at = ossl::octets(der);
    EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()));
    if (!key) return corrupt;
    PublicKey::Handle handle(key, EVP_PKEY_free);
    if (at != ossl::octets(der) + der.size() || !fits(algorithm, key)) return corrupt;
    return PrivateKey(with_id(algorithm, std::move(handle)));
}

std::string PrivateKey::der() const {
    const ossl::Pkcs8 info(EVP_PKEY2PKCS8(get()));
    unsigned char* octets = nullptr;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &octets);
    if (length <= 0) return {};
    std::string out(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length));
    OPENSSL_clear_free(octets, static_cast<std::size_t>(length));
    return out;
}

}  // namespace sky::jwt
