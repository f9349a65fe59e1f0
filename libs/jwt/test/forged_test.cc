// Tokens that someone made up. Each differs from a good one in one thing.
#include <openssl/hmac.h>

#include <catch2/catch.hpp>

#include "../src/openssl.h"
#include "../src/signature.h"
#include "sky/base/encode.h"
#include "sky/jwt/claims.h"
#include "sky/jwt/jwk.h"

using namespace sky;
using namespace sky::jwt;

namespace {
constexpr const char* good_claims =
    R"({"iss":"https://id.example","sub":"7","aud":"us","iat":1699999990,"nbf":1699999990,"exp":1700000300})";
const Expected expected{.issuer = "https://id.example", .audiences = {"us"}, .now = Time(std::chrono::seconds(1'700'000'000))};
constexpr Algorithm both[] = {Algorithm::es256, Algorithm::rs256};

const PrivateKey& ec() {
    static const auto key = *PrivateKey::generate(Algorithm::es256);
    return key;
}
const PrivateKey& rsa() {
    static const auto key = *PrivateKey::generate(Algorithm::rs256);
    return key;
}
std::vector<PublicKey> keys() { return {ec().public_half(), rsa().public_half()}; }

std::string header(const PrivateKey& key, const std::string& algorithm, const std::string& more = "") {
    return R"({"alg":")" + algorithm + R"(","typ":"JWT","kid":")" + key.id() + "\"" + more + "}";
}
std::string unsigned_part(const std::string& head, const std::string& claims) {
    return base64url_encode(head) + "." + base64url_encode(claims);
}
std::string by(const PrivateKey& key, const std::string& head, const std::string& claims = good_claims) {
    const auto input = unsigned_part(head, claims);
    return input + "." + base64url_encode(*signature_of(key, input));
}
std::string es(const std::string& claims) { return by(ec(), header(ec(), "ES256"), claims); }
std::string with_header(const std::string& more) { return by(ec(), header(ec(), "ES256", more)); }
std::string with_signature(const std::string& signature) {
    return unsigned_part(header(ec(), "ES256"), good_claims) + "." + base64url_encode(signature);
}
std::string hmac(const std::string& secret) {
    const auto input = unsigned_part(header(rsa(), "HS256"), good_claims);
    std::string mac(32, '\0');
    unsigned size = 32;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), ossl::octets(std::string_view(input)), input.size(),
         ossl::octets(mac), &size);
    return input + "." + base64url_encode(mac);
}
std::string good() { return es(good_claims); }
std::string signature_of_good() {
    const auto token = good();
    return *base64url_decode(token.substr(token.rfind('.') + 1));
}
std::string der_signature() {
    const auto raw = signature_of_good();
    const auto piece = [](std::string_view half) {
        return (half.front() & 0x80 ? std::string("\x02\x21\0", 3) : "\x02\x20") + std::string(half);
    };
    const std::string body = piece(std::string_view(raw).substr(0, 32)) + piece(std::string_view(raw).substr(32));
    return "\x30" + std::string(1, static_cast<char>(body.size())) + body;
}
std::string claims_with(const std::string& name, const std::string& value) {
    std::string out = good_claims;
    const auto at = out.find("\"" + name + "\":"), start = at + name.size() + 3, end = out.find_first_of(",}", start);
    return out.replace(start, end - start, value);
}
std::string claims_without(const std::string& name) {
    std::string out = good_claims;
    return out.replace(out.find("\"" + name + "\""), name.size() + 2, "\"x-" + name + "\"");
}
std::string public_key_der() {
    unsigned char* octets = nullptr;
    const int length = i2d_PUBKEY(rsa().get(), &octets);
    std::string out(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length));
    OPENSSL_free(octets);
    return out;
}
std::string public_key_pem() {
    std::string out = "-----BEGIN PUBLIC KEY-----\n";
    const auto text = base64_encode(public_key_der());
    for (std::size_t i = 0; i < text.size(); i += 64) out += text.substr(i, 64) + "\n";
    return out + "-----END PUBLIC KEY-----\n";
}

struct Forged {
    const char* what;
    std::string token;
};
std::vector<Forged> table() {
    const auto token = good();
    const auto last_dot = token.rfind('.');
    const auto raw = signature_of_good(), zero = std::string(32, '\0');
    const auto stranger = *PrivateKey::generate(Algorithm::es256);
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
    };
    return {
        {"alg none", unsigned_part(header(ec(), "none"), good_claims) + "."},
        {"alg None", unsigned_part(header(ec(), "None"), good_claims) + "."},
        {"alg nOnE", unsigned_part(header(ec(), "nOnE"), good_claims) + "."},
        {"alg none with a right signature", by(ec(), header(ec(), "none"))},
        {"HS256 with the public key's PEM as secret", hmac(public_key_pem())},
        {"HS256 with the public key's DER as secret", hmac(public_key_der())},
        {"HS256 with the JWK as secret", hmac(write_key(rsa().public_half()))},
        {"HS256 with no secret", hmac("")},
        {"RS256 said, signed by P-256", by(ec(), header(ec(), "RS256"))},
        {"ES256 said, signed by RSA", by(rsa(), header(rsa(), "ES256"))},
        {"PS256 said", by(rsa(), header(rsa(), "PS256"))},
        {"es256 in lower case", by(ec(), header(ec(), "es256"))},
        {"no alg", by(ec(), R"({"typ":"JWT","kid":")" + ec().id() + "\"}")},
        {"alg that is a list", by(ec(), R"({"alg":["ES256"],"kid":")" + ec().id() + "\"}")},
        {"signed by a stranger under our kid", by(stranger, header(ec(), "ES256"))},
        {"signed by a stranger under its kid", by(stranger, header(stranger, "ES256"))},
        {"a path as kid", by(ec(), R"({"alg":"ES256","kid":"../../dev/null"})")},
        {"SQL as kid", by(ec(), R"({"alg":"ES256","kid":"' or 1=1 --"})")},
        {"a kid with NUL", by(ec(), R"({"alg":"ES256","kid":")" + ec().id() + R"(\u0000"})")},
        {"a kid that is a number", by(ec(), R"({"alg":"ES256","kid":1})")},
        {"jku", with_header(R"(,"jku":"https://evil.example/keys")")},
        {"embedded jwk", by(stranger, R"({"alg":"ES256","jwk":)" + write_key(stranger.public_half()) + "}")},
        {"embedded jwk, rightly signed", with_header(R"(,"jwk":)" + write_key(ec().public_half()))},
        {"x5u", with_header(R"(,"x5u":"https://evil.example/cert")")},
        {"x5c", with_header(R"(,"x5c":["AAAA"])")},
        {"crit", with_header(R"(,"crit":["exp"])")},
        {"empty crit", with_header(R"(,"crit":[])")},
        {"unencoded payload", with_header(R"(,"b64":false)")},
        {"a header with alg twice", with_header(R"(,"alg":"ES256")")},
        {"a header nested too deep", with_header(R"(,"x":)" + nested(5))},
        {"a header too large", with_header(R"(,"x":")" + std::string(5000, 'x') + "\"")},
        {"another type of token", by(ec(), R"({"alg":"ES256","typ":"at+jwt","kid":")" + ec().id() + "\"}")},
        {"truncated signature", token.substr(0, token.size() - 4)},
        {"lengthened signature", with_signature(raw + '\0')},
        {"signature as DER", with_signature(der_signature())},
        {"r is zero", with_signature(zero + raw.substr(32))},
        {"s is zero", with_signature(raw.substr(0, 32) + zero)},
        {"r and s are zero", with_signature(zero + zero)},
        {"r beyond the order", with_signature(std::string(32, '\xFF') + raw.substr(32))},
        {"no signature", token.substr(0, last_dot + 1)},
        {"no signature, no dot", token.substr(0, last_dot)},
        {"payload of another",
         token.substr(0, token.find('.')) + "." + base64url_encode(claims_with("sub", "\"8\"")) + token.substr(last_dot)},
        {"a dot behind it", token + "."},
        {"a fourth part", token + ".AAAA"},
        {"a dot before it", "." + token},
        {"five parts", token + ".AAAA.AAAA"},
        {"padding", token + "="},
        {"a space behind it", token + " "},
        {"a line break in it", token.substr(0, 10) + "\n" + token.substr(10)},
        {"base64 instead of base64url", unsigned_part(header(ec(), "ES256"), good_claims) + "." + base64_encode(raw)},
        {"unused bits that are set", token.substr(0, token.size() - 1) + static_cast<char>(token.back() + 1)},
        {"a payload that is no object", es("[]")},
        {"a payload that is a text", es("\"admin\"")},
        {"an empty payload", es("")},
        {"iss twice", es(R"({"iss":"https://evil.example",)" + std::string(good_claims + 1))},
        {"aud twice, once escaped", es(R"({"\u0061ud":"them",)" + std::string(good_claims + 1))},
        {"claims nested too deep", es(R"({"x":)" + nested(20) + "," + std::string(good_claims + 1))},
        {"too large", es(R"({"x":")" + std::string(20000, 'x') + "\"," + std::string(good_claims + 1))},
        {"claims that are not UTF-8", es("{\"x\":\"\xff\"," + std::string(good_claims + 1))},
        {"another issuer", es(claims_with("iss", "\"https://id.example/\""))},
        {"no issuer", es(claims_without("iss"))},
        {"an issuer that is a list", es(claims_with("iss", R"(["https://id.example"])"))},
        {"another audience", es(claims_with("aud", "\"them\""))},
        {"no audience", es(claims_without("aud"))},
        {"an empty list of audiences", es(claims_with("aud", "[]"))},
        {"an audience that is part of ours", es(claims_with("aud", "\"u\""))},
        {"audiences that are not all texts", es(claims_with("aud", R"([1])"))},
        {"no exp", es(claims_without("exp"))},
        {"expired", es(claims_with("exp", "1699999900"))},
        {"exp as text", es(claims_with("exp", "\"1700000300\""))},
        {"exp is null", es(claims_with("exp", "null"))},
        {"exp before the epoch", es(claims_with("exp", "-1"))},
        {"nbf in the future", es(claims_with("nbf", "1700000100"))},
        {"iat in the future", es(claims_with("iat", "1700000100"))},
        {"nbf as text", es(claims_with("nbf", "\"0\""))},
        {"sub that is a number", es(claims_with("sub", "7"))},
        {"nothing", ""},
        {"two dots", ".."},
    };
}
}  // namespace

TEST_CASE("a token that is as it should be is taken", "[jwt][rfc7515:5.2][rfc7519:4.1][rfc7519:7.2]") {
    const auto claims = verify(good(), keys(), both, expected);
    REQUIRE(claims);
    CHECK(claims->subject == "7");
    CHECK(claims->payload == good_claims);
    CHECK(unix_seconds(claims->expires) == 1700000300);
    CHECK(verify(by(rsa(), header(rsa(), "RS256")), keys(), both, expected));
    CHECK(verify(es(claims_with("aud", R"(["them","us"])")), keys(), both, expected));
    CHECK(verify(*sign(ec(), "JWT", good_claims), keys(), both, expected));
}

TEST_CASE("forged tokens are refused, with one text and a reason that quotes nothing", "[jwt][S63][rfc8725:2][rfc8725:3][rfc7515:10.7]") {
    const auto all = keys();
    REQUIRE(table().size() >= 25);
    for (const auto& forged : table()) {
        INFO(forged.what);
        const auto claims = verify(forged.token, all, both, expected);
        REQUIRE_FALSE(claims);
        INFO(claims.error().reason);
        CHECK_FALSE(claims.error().reason.empty());
        CHECK_FALSE(claims.error().reason.contains("evil"));
    }
}

TEST_CASE("no octet of a token may be changed", "[jwt][S63][rfc7515:5.2]") {
    const auto all = keys();
    const auto token = good();
    for (std::size_t i = 0; i < token.size(); ++i)
        for (const char flip : {1, 4, 32}) {
            auto other = token;
            other[i] = static_cast<char>(other[i] ^ flip);
            if (verify(other, all, both, expected)) FAIL("octet " << i);
        }
    for (std::size_t i = 0; i < token.size(); ++i) CHECK_FALSE(verify(token.substr(0, i), all, both, expected));
}

TEST_CASE("only an allowed algorithm counts, even where a key of another is known", "[jwt][rfc8725:3.1]") {
    const auto all = keys();
    CHECK_FALSE(verify(good(), all, std::array{Algorithm::rs256}, expected));
    CHECK(verify(good(), all, std::array{Algorithm::es256}, expected));
    CHECK_FALSE(verify(good(), all, std::span<const Algorithm>(), expected));
    CHECK_FALSE(verify(good(), {}, both, expected));
}

TEST_CASE("without a kid there must be one key that can be meant", "[jwt][rfc7515:4.1.4]") {
    const auto token = by(ec(), R"({"alg":"ES256"})");
    CHECK(verify(token, keys(), both, expected));
    auto several = keys();
    several.push_back(PrivateKey::generate(Algorithm::es256)->public_half());
    CHECK(verify(token, several, both, expected).error().reason == "several keys may be meant");
    CHECK(verify(good(), several, both, expected));
}
