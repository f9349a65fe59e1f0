#include "auth/sign_in/attempts.h"

#include <catch2/catch.hpp>

using namespace sky::auth;
using namespace std::chrono_literals;

namespace {
AttemptKey key(const std::string& password, const std::string& account = "ada@a.test", const std::string& network = "192.0.2.0") {
    return {account, network, keyed_digest("0123456789abcdef0123456789abcdef", {account, network, password})};
}
}  // namespace

TEST_CASE("networks count as /24 and /64", "[auth]") {
    CHECK(network_of("192.0.2.77") == "192.0.2.0");
    CHECK(network_of("::ffff:192.0.2.77") == "192.0.2.0");
    CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
    CHECK(network_of("") == "unknown");
    CHECK(network_of("not an address") == "unknown");
}

TEST_CASE("the delay grows from 2 to 15 seconds", "[auth]") {
    CHECK(delay_of({.pair = 0}) == 0s);
    CHECK(delay_of({.pair = 1}) == 2s);
    CHECK(delay_of({.pair = 2}) == 4s);
    CHECK(delay_of({.pair = 3}) == 8s);
    CHECK(delay_of({.pair = 4}) == 15s);
    CHECK(delay_of({.pair = 1000}) == 15s);
    CHECK(delay_of({.pair = 1, .network = 40}) == 15s);
    CHECK(delay_of({.pair = 1, .account = 40}) == 4s);
}

TEST_CASE("no number of strangers' failures locks an account", "[auth]") {
    CHECK_FALSE(is_exhausted({.pair = 1, .network = 1, .account = 1'000'000}));
    CHECK(is_exhausted({.pair = 11}));
    CHECK(is_exhausted({.network = 201}));
}

TEST_CASE("the same wrong password again does not count", "[auth]") {
    LocalCounts counts(1000);
    const Moment now{};
    CHECK(counts.reserve(key("one"), now).standing.pair == 1);
    const auto again = counts.reserve(key("one"), now);
    CHECK(again.standing.pair == 1);
    CHECK_FALSE(again.counted);
    CHECK(counts.reserve(key("two"), now).standing.pair == 2);
    CHECK(counts.reserve(key("one", "grace@a.test"), now).standing.pair == 1);
    CHECK(counts.reserve(key("one", "grace@a.test"), now).standing.network == 3);
}

TEST_CASE("the right password forgives, and what was not looked at does not count", "[auth]") {
    LocalCounts counts(1000);
    const Moment now{};
    counts.reserve(key("one"), now);
    const auto untried = counts.reserve(key("two"), now);
    counts.refund(key("two"), untried, Refund::not_tried, now);
    CHECK(counts.reserve(key("two"), now).standing.pair == 2);
    const auto right = counts.reserve(key("right"), now);
    counts.refund(key("right"), right, Refund::proved, now);
    const auto next = counts.reserve(key("three"), now);
    CHECK(next.standing.pair == 1);
    CHECK(next.standing.network == 3);
}

TEST_CASE("failures are forgotten a quarter of an hour after the first", "[auth]") {
    LocalCounts counts(1000);
    for (int i = 0; i < 12; ++i) counts.reserve(key(std::to_string(i)), Moment{} + 1min * i);
    CHECK(counts.reserve(key("x"), Moment{} + 14min).standing.pair == 13);
    CHECK(counts.reserve(key("y"), Moment{} + 16min).standing.pair == 1);
}

TEST_CASE("counts in memory are bounded", "[auth]") {
    LocalCounts counts(100);
    for (int i = 0; i < 10'000; ++i) counts.reserve(key("p", "u" + std::to_string(i) + "@a.test"), Moment{});
    CHECK(counts.reserve(key("p", "u0@a.test"), Moment{}).standing.pair == 1);
}
