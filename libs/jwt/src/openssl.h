#pragma once
// Owners of OpenSSL's things.
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace sky::jwt::ossl {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        release(thing);
    }
};
template <class T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Number = Owned<BIGNUM, BN_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Pkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

inline const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

inline Number number(std::string_view big_endian) {
    return Number(BN_bin2bn(octets(big_endian), static_cast<int>(big_endian.size()), nullptr));
}
inline std::string text(const BIGNUM* number) {
    std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, octets(out));
    return out;
}

}  // namespace sky::jwt::ossl
