#include "sky/jwt/jwk.h"

#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "sky/jwt/token.h"

using namespace sky;
using namespace sky::jwt;

namespace {
constexpr const char* x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr const char* y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

std::string ec(const std::string& more) {
    return std::string(R"({"kty":"EC","crv":"P-256","x":")") + x + R"(","y":")" + y + "\"" + more + "}";
}
std::string rsa(std::size_t octets, const std::string& exponent = "AQAB") {
    std::string modulus = random_bytes(octets);
    modulus.front() = '\xC1';
    modulus.back() = '\x01';
    return R"({"kty":"RSA","n":")" + base64url_encode(modulus) + R"(","e":")" + exponent + "\"}";
}
}  // namespace

TEST_CASE("a key that was made is written, read again, and kept as PKCS #8", "[jwt][rfc7517:4][rfc7518:6.2.1][rfc7518:6.3.1]") {
    for (const auto algorithm : {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa}) {
        const auto key = PrivateKey::generate(algorithm);
        REQUIRE(key);
        CHECK(key->id() == thumbprint(key->public_half()));
        const auto text = write_key(key->public_half());
        CHECK_FALSE(text.contains("\"d\""));
        const auto again = parse_key(text);
        REQUIRE(again);
        CHECK(again->id() == key->id());
        CHECK(again->algorithm() == algorithm);
        CHECK(write_key(*again) == text);

        const auto kept = PrivateKey::read(algorithm, key->der());
        REQUIRE(kept);
        const auto signed_by_it = sign(*kept, "JWT", "{}");
        REQUIRE(signed_by_it);
        const PublicKey keys[] = {*again};
        CHECK(read(*signed_by_it, keys, std::array{algorithm}));
        CHECK_FALSE(PrivateKey::read(algorithm, key->der() + "x"));
        CHECK_FALSE(PrivateKey::read(algorithm, key->der().substr(1)));
        for (const auto other : {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa})
            if (other != algorithm) CHECK_FALSE(PrivateKey::read(other, key->der()));
    }
}

TEST_CASE("a key is for its own algorithm, and only for signatures", "[jwt][rfc7517:4.2][rfc7517:4.3][rfc7517:4.4][rfc8725:3.1]") {
    CHECK(parse_key(ec("")));
    CHECK(parse_key(ec(R"(,"use":"sig","alg":"ES256","key_ops":["verify"],"kid":"1","x5t":"ignored")"))->id() == "1");
    for (const auto* other : {R"(,"use":"enc")", R"(,"use":1)", R"(,"key_ops":["sign"])", R"(,"alg":"ES384")", R"(,"alg":"RS256")",
                              R"(,"alg":"none")", R"(,"alg":["ES256"])"})
        CHECK(parse_key(ec(other)).error().fault == Fault::unsupported);
    CHECK(parse_key(R"({"kty":"oct","k":"AAAA"})").error().fault == Fault::syntax);
    CHECK(parse_key(R"({"kty":"OKP","crv":"X25519","x":"AAAA"})").error().fault == Fault::unsupported);
    CHECK(parse_key(R"({"kty":"EC","crv":"P-521","x":"AAAA","y":"AAAA"})").error().fault == Fault::unsupported);
}

TEST_CASE("weak, oversized, private and malformed keys are refused", "[jwt][rfc7518:3.3][rfc7518:6.2.1.2][rfc8725:3.4]") {
    CHECK(parse_key(rsa(256)));
    CHECK(parse_key(rsa(1024)));
    const std::string zeros(32, '\0');
    for (const auto& bad :
         {rsa(128), rsa(1025), rsa(256, "Aw"), rsa(256, "AAEAAQ"), rsa(256, "AQAAAAE"), rsa(256, "AQAA"), rsa(256, "A+AB"), rsa(256, ""),
          ec(R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")"), ec(R"(,"kty":"EC")"), ec(R"(,"kid":7)"),
          ec(R"(,"key_ops":"verify")"), ec(R"(,"kid":")" + std::string(300, 'k') + "\""), std::string(R"({"crv":"P-256"})"),
          // no point of the curve; a coordinate without its leading zero; the point at infinity
          std::string(R"({"kty":"EC","crv":"P-256","x":")") + x + R"(","y":")" + x + "\"}",
          R"({"kty":"EC","crv":"P-256","x":")" + base64url_encode(std::string(31, '\1')) + R"(","y":")" + y + "\"}",
          R"({"kty":"EC","crv":"P-256","x":")" + base64url_encode(zeros) + R"(","y":")" + base64url_encode(zeros) + "\"}",
          std::string(R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})")}) {
        INFO(bad.substr(0, 100));
        const auto key = parse_key(bad);
        REQUIRE_FALSE(key);
        CHECK(key.error().fault == Fault::syntax);
    }
}

TEST_CASE("of a set, what is not for us is passed over", "[jwt][rfc7517:5]") {
    const auto keys = parse_keys(R"({"keys":[{"kty":"oct","k":"AAAA"},)" + ec(R"(,"kid":"mine")") + R"(,{"kty":"new"},{}],"more":1})");
    REQUIRE(keys);
    REQUIRE(keys->size() == 1);
    CHECK(keys->front().id() == "mine");
    CHECK(parse_keys(write_keys(*keys))->size() == 1);
    CHECK(parse_keys(R"({"keys":[]})")->empty());
    for (const auto* bad : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[1]})", R"({"keys":[],"keys":[]})"}) CHECK_FALSE(parse_keys(bad));
    std::string many = R"({"keys":[{})";
    for (std::size_t i = 0; i < most_keys; ++i) many += ",{}";
    CHECK(parse_keys(many + "]}").error().fault == Fault::too_large);
}
