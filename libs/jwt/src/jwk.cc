#include "sky/jwt/jwk.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <algorithm>

#include "openssl.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"
#include "sky/json/read.h"

namespace sky::jwt {
namespace {
namespace bj = boost::json;

constexpr std::size_t coordinate = 32, largest_set = 64 * 1024, largest_id = 256;

std::unexpected<Error> malformed(std::string why) { return unexpected(Fault::syntax, "the key can't be read", std::move(why)); }
std::unexpected<Error> foreign(std::string why) { return unexpected(Fault::unsupported, "the key is of no use here", std::move(why)); }

std::string member(const bj::object& key, std::string_view name) {
    const auto text = json::text_of(key, name);
    return text ? base64url_decode(*text).value_or("") : "";
}

Result<PublicKey::Handle> made(const char* kind, OSSL_PARAM_BLD* builder) {
    const ossl::Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const ossl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        ERR_clear_error();  // else the next user of this thread's queue takes them for its own
        return malformed("OpenSSL does not take the key");
    }
    return PublicKey::Handle(key, EVP_PKEY_free);
}

// RFC 7518 §6.3.1. The exponent of all who make keys today is 65537; small ones invite forgeries, large ones cost.
Result<PublicKey::Handle> rsa(const bj::object& key) {
    const std::string n = member(key, "n"), e = member(key, "e");
    if (n.empty() || e.empty() || n.front() == '\0' || e.front() == '\0') return malformed("n or e is missing or not in its shortest form");
    const auto modulus = ossl::number(n), exponent = ossl::number(e);
    const int bits = BN_num_bits(modulus.get()), width = BN_num_bits(exponent.get());
    if (bits < least_rsa_bits || bits > most_rsa_bits || !BN_is_odd(modulus.get()))
        return malformed("a modulus of no RSA key that is safe");
    if (width < 17 || width > 32 || !BN_is_odd(exponent.get())) return malformed("an exponent of no RSA key that is safe");
    const ossl::Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return made("RSA", builder.get());
}

// RFC 7518 §6.2.1: whole coordinates, and a point of the curve.
Result<PublicKey::Handle> p256(const bj::object& key) {
    if (json::text_of(key, "crv") != "P-256") return foreign("a curve that is not P-256");
    const std::string x = member(key, "x"), y = member(key, "y");
    if (x.size() != coordinate || y.size() != coordinate) return malformed("a coordinate that is not 32 octets");
    const std::string point = '\4' + x + y;
    const ossl::Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    auto out = made("EC", builder.get());
    if (!out) return out;
    const ossl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, out->get(), nullptr));
    if (!context || EVP_PKEY_public_check(context.get()) != 1) return malformed("no point of P-256");
    return out;
}

// RFC 8037 §2.
Result<PublicKey::Handle> ed25519(const bj::object& key) {
    if (json::text_of(key, "crv") != "Ed25519") return foreign("a curve that is not Ed25519");
    const std::string x = member(key, "x");
    if (x.size() != 32) return malformed("a key of Ed25519 that is not 32 octets");
    EVP_PKEY* made = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, ossl::octets(x), x.size());
    if (!made) return malformed("OpenSSL does not take the key");
    return PublicKey::Handle(made, EVP_PKEY_free);
}

Result<PublicKey> key_of(const bj::object& object) {
    // RFC 7517 §4.2, §4.3: what it is for.
    if (object.contains("use") && json::text_of(object, "use") != "sig") return foreign("a key that is not for signatures");
    if (object.contains("key_ops")) {
        const auto operations = json::texts_of(object, "key_ops");
        if (!operations) return malformed("key_ops that are no list of texts");
        if (std::ranges::find(*operations, "verify") == operations->end()) return foreign("a key that does not verify");
    }
    for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
        if (object.contains(secret)) return malformed("a private half among public keys");
    const auto kind = json::text_of(object, "kty");
    if (!kind) return malformed("kty is missing");
    const auto algorithm = *kind == "EC"    ? std::optional(Algorithm::es256)
                           : *kind == "RSA" ? std::optional(Algorithm::rs256)
                           : *kind == "OKP" ? std::optional(Algorithm::eddsa)
                                            : std::nullopt;
    if (!algorithm) return foreign("a kty that is not ours");
    if (object.contains("alg") && json::text_of(object, "alg") != name_of(*algorithm)) return foreign("an alg that is not ours");
    if (object.contains("kid") && (!json::text_of(object, "kid") || json::text_of(object, "kid")->size() > largest_id))
        return malformed("a kid that is no short text");
    auto handle = *algorithm == Algorithm::es256 ? p256(object) : *algorithm == Algorithm::rs256 ? rsa(object) : ed25519(object);
    if (!handle) return forward(handle);
    return PublicKey(std::string(json::text_of(object, "kid").value_or("")), *algorithm, std::move(*handle));
}

std::string parameter(const PublicKey& key, const char* name) {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key.get(), name, &value) != 1) return {};
    const ossl::Number owned(value);
    return ossl::text(value);
}

// RFC 7518 §6.2.1.2: as many octets as the field has.
std::string padded(std::string octets) { return std::string(coordinate - octets.size(), '\0') + octets; }

// The required members, in the order of RFC 7638 §3.2.
bj::object required(const PublicKey& key) {
    switch (key.algorithm()) {
        case Algorithm::es256:
            return {{"crv", "P-256"},
                    {"kty", "EC"},
                    {"x", base64url_encode(padded(parameter(key, OSSL_PKEY_PARAM_EC_PUB_X)))},
                    {"y", base64url_encode(padded(parameter(key, OSSL_PKEY_PARAM_EC_PUB_Y)))}};
        case Algorithm::rs256:
            return {{"e", base64url_encode(parameter(key, OSSL_PKEY_PARAM_RSA_E))},
                    {"kty", "RSA"},
                    {"n", base64url_encode(parameter(key, OSSL_PKEY_PARAM_RSA_N))}};
        case Algorithm::eddsa:
            break;
    }
    std::string x(32, '\0');
    std::size_t size = x.size();
    EVP_PKEY_get_raw_public_key(key.get(), ossl::octets(x), &size);
    return {{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64url_encode(x)}};
}

bj::object object_of(const PublicKey& key) {
    bj::object out = required(key);
    out["use"] = "sig";
    out["alg"] = name_of(key.algorithm());
    if (!key.id().empty()) out["kid"] = key.id();
    return out;
}
}  // namespace

Result<PublicKey> parse_key(std::string_view text) {
    const auto object = json::parse_object(text, {.octets = 16 * 1024, .depth = 4, .members = 64});
    if (!object) return forward(object);
    return key_of(*object);
}

Result<std::vector<PublicKey>> parse_keys(std::string_view text) {
    const auto set = json::parse_object(text, {.octets = largest_set, .depth = 8, .members = 2048});
    if (!set) return forward(set);
    const auto* keys = set->if_contains("keys");
    if (!keys || !keys->is_array()) return malformed("no set of keys");
    if (keys->as_array().size() > most_keys) return unexpected(Fault::too_large, "the set of keys is too large", "more than 64 keys");
    std::vector<PublicKey> out;
    for (const auto& one : keys->as_array()) {
        if (!one.is_object()) return malformed("a key that is no object");
        if (auto key = key_of(one.as_object())) out.push_back(std::move(*key));
    }
    return out;
}

std::string write_key(const PublicKey& key) { return bj::serialize(object_of(key)); }

std::string write_keys(std::span<const PublicKey> keys) {
    bj::array all;
    for (const auto& key : keys) all.push_back(object_of(key));
    return bj::serialize(bj::object{{"keys", std::move(all)}});
}

std::string thumbprint(const PublicKey& key) { return base64url_encode(sha256(bj::serialize(required(key)))); }

}  // namespace sky::jwt
