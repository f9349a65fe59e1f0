#include "imap/limits.h"

#include <catch2/catch.hpp>

using namespace sky::imapd;

namespace {
std::vector<Target> targets(std::uint32_t count) {
    std::vector<Target> out;
    for (std::uint32_t number = 1; number <= count; ++number) out.push_back({number, number * 10});
    return out;
}
}  // namespace

TEST_CASE("the newest messages are worked on, and the lowest of them is told", "[imap][rfc9738:3.1]") {
    auto few = targets(3);
    CHECK(keep_within_limit(few, 3).empty());
    CHECK(few.size() == 3);
    auto many = targets(5);
    CHECK(keep_within_limit(many, 3) == "MESSAGELIMIT 3 30");
    REQUIRE(many.size() == 3);
    CHECK((many.front().uid == 30 && many.back().uid == 50));
}

TEST_CASE("COPY and APPEND take what both limits allow", "[imap][rfc9738:3]") {
    Policy policy;
    CHECK(most_saved(policy) == policy.save_limit);
    policy.message_limit = 1000;
    CHECK(most_saved(policy) == 1000);
}

TEST_CASE("a limit is told ahead of a response that has another code", "[imap][rfc9738:3.1]") {
    std::string out;
    tell_limit(out, "");
    CHECK(out.empty());
    tell_limit(out, "MESSAGELIMIT 3 30");
    CHECK(out.starts_with("* NO [MESSAGELIMIT 3 30] "));
}
