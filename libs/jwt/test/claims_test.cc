#include "sky/jwt/claims.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::jwt;

namespace {
Token token(const std::string& payload, const std::string& type = "") { return {.type = type, .key_id = {}, .payload = payload}; }
std::string valid(const std::string& more) { return R"({"iss":"i","aud":"us")" + more + "}"; }
Expected at(std::int64_t now, std::chrono::seconds skew = std::chrono::seconds(60)) {
    return {.issuer = "i", .audiences = {"us", "we"}, .now = Time(std::chrono::seconds(now)), .skew = skew};
}
}  // namespace

TEST_CASE("clocks may differ by the skew and not by a second more", "[jwt][rfc7519:4.1.4][rfc7519:4.1.5][rfc7519:4.1.6]") {
    const auto expiring = token(valid(R"(,"exp":1000)"));
    CHECK(check(expiring, at(1059)));
    CHECK_FALSE(check(expiring, at(1060)));
    CHECK_FALSE(check(expiring, at(1000, std::chrono::seconds(0))));
    CHECK(check(expiring, at(999, std::chrono::seconds(0))));
    // No caller can make it an hour.
    CHECK(check(expiring, at(1299, std::chrono::hours(1))));
    CHECK_FALSE(check(expiring, at(1300, std::chrono::hours(1))));
    for (const auto* name : {"nbf", "iat"}) {
        const auto later = token(valid(std::string(R"(,"exp":5000,")") + name + "\":1000"));
        CHECK(check(later, at(940)));
        CHECK_FALSE(check(later, at(939)));
    }
}

TEST_CASE("dates may have fractions and may be far away", "[jwt][rfc7519:2]") {
    CHECK(check(token(valid(R"(,"exp":1000.5)")), at(1059)));
    CHECK(check(token(valid(R"(,"exp":1e3)")), at(1059)));
    CHECK(check(token(valid(R"(,"exp":253402300799)")), at(1059)));
    CHECK(check(token(valid(R"(,"exp":1e300)")), at(1059)));
    CHECK_FALSE(check(token(valid(R"(,"exp":5000,"nbf":1e300)")), at(1059)));
    CHECK_FALSE(check(token(valid(R"(,"exp":-1e300)")), at(1059)));
}

TEST_CASE("one kind of token never passes for another", "[jwt][rfc9068:4][rfc8725:3.11][rfc8725:3.12]") {
    const auto payload = valid(R"(,"exp":5000)");
    auto access = at(1000);
    access.type = "at+jwt";
    CHECK(check(token(payload, "at+jwt"), access));
    access.type = "application/at+JWT";
    CHECK(check(token(payload, "at+jwt"), access));
    CHECK_FALSE(check(token(payload, "jwt"), access));
    CHECK_FALSE(check(token(payload), access));
    CHECK_FALSE(check(token(payload, "at+jwt"), at(1000)));
    CHECK(check(token(payload, "jwt"), at(1000)));
    CHECK(check(token(payload), at(1000)));
}

TEST_CASE("an empty issuer and an empty audience prove nothing", "[jwt][rfc7519:4.1.1][rfc7519:4.1.3]") {
    auto nobody = at(1000);
    nobody.issuer = "";
    CHECK_FALSE(check(token(R"({"iss":"","aud":"us","exp":5000})"), nobody));
    CHECK_FALSE(check(token(R"({"aud":"us","exp":5000})"), nobody));
    auto no_audience = at(1000);
    no_audience.audiences.clear();
    CHECK_FALSE(check(token(valid(R"(,"exp":5000)")), no_audience));
    CHECK(check(token(R"({"iss":"i","aud":["x","we"],"exp":5000})"), at(1000))->audiences.size() == 2);
}
