// What a provider may say, and what it may not: metadata, and a table of forged identity tokens.
#include "auth/relying/provider.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "auth/relying/attempt.h"
#include "auth/relying/providers.h"
#include "sky/base/encode.h"
#include "sky/jwt/jwk.h"
#include "sky/jwt/token.h"

using namespace sky;
using namespace sky::auth;
using namespace sky::auth::relying;
using namespace std::chrono_literals;
namespace bj = boost::json;

namespace {
const Time now(std::chrono::seconds(1'800'000'000));
const std::string issuer = "https://login.test";

struct Keys {
    jwt::PrivateKey es256 = jwt::PrivateKey::generate(jwt::Algorithm::es256).value(),
                    rs256 = jwt::PrivateKey::generate(jwt::Algorithm::rs256).value(),
                    eddsa = jwt::PrivateKey::generate(jwt::Algorithm::eddsa).value(),
                    strangers = jwt::PrivateKey::generate(jwt::Algorithm::es256).value();
    std::vector<jwt::PublicKey> published{es256.public_half(), rs256.public_half(), eddsa.public_half()};
};
const Keys& keys() {
    static const Keys made;
    return made;
}

bj::object good() {
    return {{"iss", issuer},
            {"sub", "s-1"},
            {"aud", "us"},
            {"exp", unix_seconds(now + 5min)},
            {"iat", unix_seconds(now)},
            {"nonce", "n-1"},
            {"email", "ada@one.test"},
            {"email_verified", true}};
}
Result<Said> check(const std::string& token, const std::string& claim = "email") {
    return check_id_token(token, keys().published, {issuer, "us", "n-1", claim, now});
}
std::string token_of(const bj::object& claims, const jwt::PrivateKey& key = keys().es256, const char* type = "JWT") {
    return jwt::sign(key, type, bj::serialize(claims)).value();
}
std::string with_header(const bj::object& header, const std::string& token) {
    return base64url_encode(bj::serialize(header)) + token.substr(token.find('.'));
}
}  // namespace

TEST_CASE("an identity token by any of three algorithms says who it is", "[auth][relying]") {
    for (const auto* key : {&keys().es256, &keys().rs256, &keys().eddsa}) {
        const auto said = check(token_of(good(), *key));
        REQUIRE(said);
        CHECK(said->subject == "s-1");
        CHECK(said->address == "ada@one.test");
    }
    auto more = good();
    more["amr"] = bj::array{"pwd", "mfa", "mfa", "invented"};
    more["upn"] = "ada@other.test";
    more["aud"] = bj::array{"us"};
    more["azp"] = "us";
    CHECK(check(token_of(more))->methods == std::vector<std::string>{"pwd", "mfa"});
    CHECK(check(token_of(more), "upn")->address == "ada@other.test");
    CHECK(check(token_of(more), "missing")->address.empty());
    more.erase("email_verified");
    CHECK(check(token_of(more)));
    CHECK(check(token_of(good(), keys().es256, "")));
}

TEST_CASE("forged identity tokens are refused, each for its reason", "[auth][relying][rfc8725:3]") {
    const std::string whole = token_of(good());
    const auto claim = [](const char* name, const bj::value& value) {
        auto claims = good();
        if (value.is_null())
            claims.erase(name);
        else
            claims[name] = value;
        return token_of(claims);
    };
    const std::string kid = keys().es256.id();
    const auto first = whole.find('.'), last = whole.rfind('.');
    std::string flipped = whole;
    flipped[last + 5] = flipped[last + 5] == 'A' ? 'B' : 'A';
    auto others = good();
    others["sub"] = "s-2";
    const std::string mixed = whole.substr(0, first + 1) + base64url_encode(bj::serialize(others)) + whole.substr(last);
    const std::pair<const char*, std::string> rows[] = {
        {"nothing", ""},
        {"no token", "a.b"},
        {"alg none", with_header({{"alg", "none"}}, whole.substr(0, last + 1))},
        {"alg None", with_header({{"alg", "None"}}, whole.substr(0, last + 1))},
        {"HMAC by the public key", with_header({{"alg", "HS256"}, {"kid", kid}}, whole)},
        {"another algorithm than the key's", with_header({{"alg", "RS256"}, {"kid", kid}}, whole)},
        {"a stranger's key", token_of(good(), keys().strangers)},
        {"a stranger's key that it brings along",
         with_header({{"alg", "ES256"}, {"kid", kid}, {"jwk", bj::parse(jwt::write_key(keys().strangers.public_half()))}},
                     token_of(good(), keys().strangers))},
        {"a place to get its key from", with_header({{"alg", "ES256"}, {"kid", kid}, {"jku", "https://evil.test/keys"}}, whole)},
        {"something critical", with_header({{"alg", "ES256"}, {"kid", kid}, {"crit", bj::array{"exp"}}}, whole)},
        {"a changed signature", flipped},
        {"no signature", whole.substr(0, last + 1)},
        {"claims of another", mixed},
        {"an access token", token_of(good(), keys().es256, "at+jwt")},
        {"a logout token", token_of(good(), keys().es256, "logout+jwt")},
        {"another issuer", claim("iss", "https://login.test/")},
        {"no issuer", claim("iss", nullptr)},
        {"another audience", claim("aud", "them")},
        {"no audience", claim("aud", nullptr)},
        {"an empty audience", claim("aud", bj::array{})},
        {"two audiences and no azp", claim("aud", bj::array{"us", "them"})},
        {"azp of another", claim("azp", "them")},
        {"azp that is no text", claim("azp", 7)},
        {"expired", claim("exp", unix_seconds(now - 5min))},
        {"never expires", claim("exp", nullptr)},
        {"exp as text", claim("exp", "1900000000")},
        {"not valid yet", claim("nbf", unix_seconds(now + 5min))},
        {"issued in the future", claim("iat", unix_seconds(now + 5min))},
        {"issued long ago", claim("iat", unix_seconds(now - 20min))},
        {"issued at no time", claim("iat", nullptr)},
        {"another nonce", claim("nonce", "n-2")},
        {"no nonce", claim("nonce", nullptr)},
        {"a nonce that is no text", claim("nonce", 1)},
        {"no subject", claim("sub", nullptr)},
        {"an empty subject", claim("sub", "")},
        {"a subject that is too long", claim("sub", bj::string(256, 's'))},
        {"an address that is not verified", claim("email_verified", false)},
        {"an address that is not verified, as text", claim("email_verified", "false")},
        {"white space before it", " " + whole},
        {"a fourth part", whole + ".x"},
    };
    REQUIRE(check(whole));
    for (const auto& [what, token] : rows) {
        INFO(what);
        const auto refused = check(token);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::bad_credentials);
        CHECK(refused.error().text == "the provider's answer is not valid");
        CHECK_FALSE(refused.error().reason.empty());
    }
    // Nobody expects a token without a nonce of ours.
    CHECK_FALSE(check_id_token(claim("nonce", ""), keys().published, {issuer, "us", "", "email", now}));
}

TEST_CASE("a provider's metadata are its own, and all https", "[auth][relying][rfc8414:3.3]") {
    const bj::object good_one{{"issuer", issuer},
                              {"authorization_endpoint", issuer + "/auth"},
                              {"token_endpoint", issuer + "/token"},
                              {"jwks_uri", issuer + "/keys"},
                              {"authorization_response_iss_parameter_supported", true}};
    const auto parsed = parse_metadata(bj::serialize(good_one), issuer);
    REQUIRE(parsed);
    CHECK(parsed->says_issuer);
    CHECK(metadata_uri("https://login.test/x/") == "https://login.test/x/.well-known/openid-configuration");
    for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{{"issuer", "https://evil.test"},
                                                                                      {"issuer", "https://login.test/"},
                                                                                      {"token_endpoint", "http://login.test/token"},
                                                                                      {"jwks_uri", "file:///etc/passwd"},
                                                                                      {"authorization_endpoint", "javascript:alert(1)"},
                                                                                      {"authorization_endpoint", ""}}) {
        auto bad = good_one;
        bad[name] = value;
        INFO(name << " " << value);
        CHECK(parse_metadata(bj::serialize(bad), issuer).error().fault == Fault::unavailable);
    }
    CHECK_FALSE(parse_metadata("[]", issuer));
    CHECK(is_provider("https://login.test/tenant/v2.0"));
    for (const char* bad : {"http://login.test", "https://login.test?x", "https://u@login.test", "login.test"})
        CHECK_FALSE(is_provider(bad));
}

TEST_CASE("an attempt is its browser's, and not for long", "[auth][relying]") {
    const Seal seal({random_bytes(32)}), other({random_bytes(32)});
    const auto attempt = begin_attempt(TenantId(7), issuer, "/consent?x=1", now);
    const auto cookie = seal_attempt(seal, attempt);
    const auto opened = open_attempt(seal, cookie, now + 15min);
    REQUIRE(opened);
    CHECK(opened->tenant == TenantId(7));
    CHECK(opened->state == attempt.state);
    CHECK(opened->return_to == "/consent?x=1");
    CHECK_FALSE(open_attempt(seal, cookie, now + 16min));
    CHECK_FALSE(open_attempt(other, cookie, now));
    CHECK_FALSE(open_attempt(seal, "x" + cookie, now));
    CHECK_FALSE(open_attempt(seal, "", now));
    CHECK(cookie.find(attempt.state) == std::string::npos);
    const auto uri =
        authorization_uri({issuer, issuer + "/auth?p=1", "", ""}, attempt, "us", "openid email", "https://auth.test/oauth/external", "");
    CHECK(uri.starts_with(issuer + "/auth?p=1&response_type=code&client_id=us&redirect_uri=https%3A%2F%2Fauth.test%2Foauth%2Fexternal"));
    CHECK_FALSE(uri.contains(attempt.verifier));
    CHECK_FALSE(uri.contains("login_hint"));
}
