#include "auth/sign_in/second_factor.h"

#include <catch2/catch.hpp>
#include <set>

using namespace sky;
using namespace sky::auth;

namespace {
const std::string secret = "12345678901234567890";
Time at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }
}  // namespace

TEST_CASE("codes are those of the standard's table", "[auth][rfc6238:B][rfc4226:5.3]") {
    // The table has eight digits; six are their end.
    for (const auto& [seconds, code] : {std::pair<std::int64_t, const char*>{59, "287082"},
                                        {1111111109, "081804"},
                                        {1111111111, "050471"},
                                        {1234567890, "005924"},
                                        {2000000000, "279037"},
                                        {20000000000, "353130"}})
        CHECK(totp(secret, seconds / 30) == code);  // the last one is past what a Time of nanoseconds holds
    CHECK(totp(secret, 0) == "755224");             // RFC 4226's table, by counter
    CHECK(totp(secret, 9) == "520489");
}

TEST_CASE("a code is good one step early and late, and once only", "[auth][rfc6238:5.2]") {
    const auto step = totp_step_at(at(1111111109));
    for (const int by : {-2, -1, 0, 1, 2}) {
        const auto proved = proved_step(secret, totp(secret, step + by), at(1111111109), 0);
        CHECK(proved.has_value() == (by >= -1 && by <= 1));
        if (proved) CHECK_FALSE(proved_step(secret, totp(secret, step + by), at(1111111109), *proved));
    }
    CHECK_FALSE(proved_step(secret, "", at(1111111109), 0));
    CHECK_FALSE(proved_step(secret, "8" + totp(secret, step), at(1111111109), 0));
}

TEST_CASE("the secret is typed in base32 and carried by a URI", "[auth][rfc4648:6]") {
    CHECK(base32_encode("") == "");
    CHECK(base32_encode("f") == "MY");
    CHECK(base32_encode("foobar") == "MZXW6YTBOI");
    CHECK(otpauth_uri("One & Sons", "ada@one.test", "foobar") ==
          "otpauth://totp/One%20%26%20Sons:ada%40one.test?secret=MZXW6YTBOI&issuer=One%20%26%20Sons&algorithm=SHA1&digits=6&period=30");
}

TEST_CASE("secrets for people come in groups, and recovery codes are read however they are typed", "[auth]") {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(readable_secret(4, 4));
    CHECK(seen.size() == 100);
    CHECK(seen.begin()->size() == 19);
    CHECK(plain_recovery_code("ABCDE - fghjk") == "abcdefghjk");
    CHECK_FALSE(looks_like_totp("12345a"));
    CHECK(looks_like_totp("123456"));
}
