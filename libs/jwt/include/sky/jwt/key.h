#pragma once
// Keys of signatures: each is made for one algorithm and is never used with another (RFC 8725 §3.1). Immutable; any thread may use them.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/result.h"

struct evp_pkey_st;

namespace sky::jwt {

enum class Algorithm { es256, rs256, eddsa };

std::string_view name_of(Algorithm algorithm);                    // as in `alg`: "ES256"
std::optional<Algorithm> algorithm_named(std::string_view name);  // exactly as written in RFC 7518; "none" and HS256 are nothing

// 2048 to 8192 bits of RSA: less is not safe, more is work for whoever checks.
inline constexpr int least_rsa_bits = 2048, most_rsa_bits = 8192;

class PublicKey {
  public:
    using Handle = std::shared_ptr<evp_pkey_st>;
    PublicKey(std::string id, Algorithm algorithm, Handle key) : id_(std::move(id)), algorithm_(algorithm), key_(std::move(key)) {}
    const std::string& id() const { return id_; }  // `kid`; may be empty
    Algorithm algorithm() const { return algorithm_; }
    evp_pkey_st* get() const { return key_.get(); }

  private:
    std::string id_;
    Algorithm algorithm_;
    Handle key_;
};

class PrivateKey {
  public:
    // A new one (RSA: 2048 bits). Its id is the thumbprint of its public half (RFC 7638).
    static Result<PrivateKey> generate(Algorithm algorithm);
    // What der() gave. Fault::corrupt for anything else, or for a key of another kind than the algorithm takes.
    static Result<PrivateKey> read(Algorithm algorithm, std::string_view der);
    std::string der() const;  // PKCS #8, not encrypted: seal it before it rests anywhere

    const PublicKey& public_half() const { return public_; }
    const std::string& id() const { return public_.id(); }
    Algorithm algorithm() const { return public_.algorithm(); }
    evp_pkey_st* get() const { return public_.get(); }

  private:
    explicit PrivateKey(PublicKey key) : public_(std::move(key)) {}
    PublicKey public_;  // its handle holds the private half too
};

}  // namespace sky::jwt
