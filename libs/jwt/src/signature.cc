#include "signature.h"

#include <openssl/err.h>

#include "openssl.h"

namespace sky::jwt {
namespace {
constexpr std::size_t half = 32;  // of a signature by P-256 (RFC 7518 §3.4)

const EVP_MD* digest_of(Algorithm algorithm) { return algorithm == Algorithm::eddsa ? nullptr : EVP_sha256(); }

// RFC 7518 §3.4: R and S as 32 octets each; OpenSSL speaks DER.
std::string raw_of(std::string_view der) {
    const unsigned char* at = ossl::octets(der);
    const ossl::Signature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parts) return {};
    std::string out(2 * half, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), ossl::octets(out), half);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), ossl::octets(out) + half, half);
    return out;
}

std::string der_of(std::string_view raw) {
    if (raw.size() != 2 * half) return {};
    auto r = ossl::number(raw.substr(0, half)), s = ossl::number(raw.substr(half));
    if (BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
    const ossl::Signature parts(ECDSA_SIG_new());
    ECDSA_SIG_set0(parts.get(), r.release(), s.release());
    unsigned char* octets = nullptr;
    const int length = i2d_ECDSA_SIG(parts.get(), &octets);
    if (length <= 0) return {};
    std::string out(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length));
    OPENSSL_free(octets);
    return out;
}
}  // namespace

Result<std::string> signature_of(const PrivateKey& key, std::string_view signed_octets) {
    const ossl::DigestContext context(EVP_MD_CTX_new());
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t size = out.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, digest_of(key.algorithm()), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), ossl::octets(out), &size, ossl::octets(signed_octets), signed_octets.size()) != 1)
        return unexpected(Fault::internal, "try again later", "OpenSSL does not sign");
    out.resize(size);
    return key.algorithm() == Algorithm::es256 ? raw_of(out) : out;
}

bool is_signed(const PublicKey& key, std::string_view signed_octets, std::string_view signature) {
    // RSA takes one length only (RFC 8017 §8.2.2 step 1); OpenSSL checks it, this spares the work.
    const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
    const std::string der = key.algorithm() == Algorithm::es256 ? der_of(signature) : std::string();
    const std::string_view given = key.algorithm() == Algorithm::es256 ? std::string_view(der) : signature;
    if (given.empty() || (key.algorithm() != Algorithm::es256 && given.size() != size)) return false;
    const ossl::DigestContext context(EVP_MD_CTX_new());
    const bool right =
        context && EVP_DigestVerifyInit(context.get(), nullptr, digest_of(key.algorithm()), nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), ossl::octets(given), given.size(), ossl::octets(signed_octets), signed_octets.size()) == 1;
    if (!right) ERR_clear_error();  // else the next user of this thread's queue takes them for its own
    return right;
}

}  // namespace sky::jwt
