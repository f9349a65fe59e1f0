// The examples that the RFCs print.
#include <catch2/catch.hpp>

#include "../src/signature.h"
#include "sky/base/encode.h"
#include "sky/jwt/claims.h"
#include "sky/jwt/jwk.h"

using namespace sky;
using namespace sky::jwt;

namespace {
constexpr const char* joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

constexpr const char* rsa_key =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR)"
    R"(T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6)"
    R"(65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})";
constexpr const char* rsa_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKB"
    "YNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf"
    "I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

constexpr const char* ec_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr const char* ec_signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

constexpr Algorithm all[] = {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa};

std::string compact(const char* header, const char* payload, const char* signature) {
    return base64url_encode(header) + '.' + payload + '.' + signature;
}
}  // namespace

TEST_CASE("the example by RSA verifies, and its claims are read", "[jwt][rfc7515:A.2][rfc7518:3.3]") {
    const PublicKey keys[] = {*parse_key(rsa_key)};
    const auto token = read(compact(R"({"alg":"RS256"})", joe, rsa_signature), keys, all);
    REQUIRE(token);
    CHECK(token->type.empty());
    CHECK(token->payload == "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
    // It has no audience: nothing acts on it.
    CHECK(check(*token, {.issuer = "joe", .audiences = {"us"}, .now = Time(std::chrono::seconds(1300819000))}).error().reason ==
          "another audience, or none");
}

TEST_CASE("the example by P-256 verifies, and not with its signature in another form", "[jwt][rfc7515:A.3][rfc7518:3.4]") {
    const PublicKey keys[] = {*parse_key(ec_key)};
    CHECK(read(compact(R"({"alg":"ES256"})", joe, ec_signature), keys, all));
    CHECK_FALSE(read(compact(R"({"alg":"ES256"})", joe, rsa_signature), keys, all));
    CHECK_FALSE(read(compact(R"({"alg":"ES256"} )", joe, ec_signature), keys, all));
}

TEST_CASE("the unsecured example is refused", "[jwt][rfc7515:A.5][rfc8725:3.1]") {
    const PublicKey keys[] = {*parse_key(rsa_key), *parse_key(ec_key)};
    CHECK_FALSE(read(compact(R"({"alg":"none"})", joe, ""), keys, all));
}

TEST_CASE("the cookbook's example by RSA verifies", "[jwt][rfc7520:4.1]") {
    const auto key = parse_key(
        R"({"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVT)"
        R"(eT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFE)"
        R"(HYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbL)"
        R"(Y7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"})");
    REQUIRE(key);
    CHECK(key->id() == "bilbo.baggins@hobbiton.example");
    const std::string input =
        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9."
        "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBk"
        "b24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";
    const std::string signature =
        "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4J"
        "IwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluP"
        "xUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";
    CHECK(is_signed(*key, input, *base64url_decode(signature)));
    CHECK_FALSE(is_signed(*key, input + "A", *base64url_decode(signature)));
    // Its payload is a text, not claims.
    const PublicKey keys[] = {*key};
    CHECK(read(input + "." + signature, keys, all).error().reason.starts_with("claims: "));
}

TEST_CASE("the example by Ed25519 verifies, and its thumbprint is the printed one", "[jwt][rfc8037:2][rfc8037:A.4][rfc7638:3]") {
    const auto key = parse_key(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
    REQUIRE(key);
    CHECK(thumbprint(*key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    const auto signature = base64url_decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    CHECK(is_signed(*key, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", *signature));
    CHECK_FALSE(is_signed(*key, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmd", *signature));
}

TEST_CASE("the thumbprint of the RSA example is the printed one", "[jwt][rfc7638:3.1]") {
    const auto key = parse_key(
        R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiF)"
        R"(V4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5)"
        R"(hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB",)"
        R"("alg":"RS256","kid":"2011-04-29"})");
    REQUIRE(key);
    CHECK(thumbprint(*key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}
