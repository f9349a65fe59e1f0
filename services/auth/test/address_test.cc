#include "auth/address.h"

#include <catch2/catch.hpp>

using namespace sky::auth;

TEST_CASE("an address has one spelling", "[auth][rfc5321:4.1.2]") {
    CHECK(parse_address("Ada@Example.TEST")->text() == "ada@example.test");
    CHECK(parse_address("ada@example.test.")->text() == "ada@example.test");
    CHECK(parse_address("\"Ada\"@example.test")->text() == "ada@example.test");
    CHECK(parse_address("\"a\\d\\a\"@example.test")->text() == "ada@example.test");
    CHECK(parse_address("\"ada lovelace\"@example.test")->text() == "\"ada lovelace\"@example.test");
    CHECK(parse_address("\"a\\\"b\"@example.test")->text() == "\"a\\\"b\"@example.test");
    CHECK(parse_address("\"a@b\"@example.test")->text() == "\"a@b\"@example.test");
    CHECK(parse_address("user+tag@example.test")->local == "user+tag");
    CHECK(parse_address("ada@[192.0.2.1]")->domain == "[192.0.2.1]");
}

TEST_CASE("what is no address is none", "[auth][rfc5321:4.1.2][rfc5321:4.5.3.1]") {
    const auto text =
        GENERATE(as<std::string>{}, "", "ada", "@example.test", "ada@", ".ada@example.test", "ada.@example.test", "a..b@example.test",
                 "a b@example.test", "\"ada@example.test", "\"a\"b\"@example.test", "\"\\\"@example.test", "ada@exa mple.test",
                 "ada@exam\nple.test", "\xff@example.test", "ada@example.test\r\n");
    CAPTURE(text);
    CHECK_FALSE(parse_address(text));
    CHECK_FALSE(parse_address(std::string(65, 'a') + "@example.test"));
    CHECK_FALSE(parse_address("a@" + std::string(256, 'a')));
    CHECK(parse_address(std::string(64, 'a') + "@example.test"));
}

TEST_CASE("a domain of ours is a name with at least two labels", "[auth][rfc1035:2.3.1][rfc1123:2.1]") {
    CHECK(normalise_domain("Example.TEST.") == "example.test");
    CHECK(normalise_domain("a-1.b2.example"));
    const auto text = GENERATE(as<std::string>{}, "", "localhost", ".test", "a..test", "-a.test", "a-.test", "a_b.test", "192.0.2.1",
                               "exämple.test", "a b.test");
    CAPTURE(text);
    CHECK_FALSE(normalise_domain(text));
    CHECK_FALSE(normalise_domain(std::string(64, 'a') + ".test"));
}

TEST_CASE("new addresses are plain", "[auth]") {
    CHECK(parse_plain_address("ada.l@example.test"));
    CHECK_FALSE(parse_plain_address("\"ada lovelace\"@example.test"));
    CHECK_FALSE(parse_plain_address("ada@[192.0.2.1]"));
    CHECK_FALSE(parse_plain_address("ad\xc3\xa4@example.test"));
}

TEST_CASE("postmaster and abuse are duty addresses in any case", "[auth][rfc5321:4.5.1][rfc2142:4]") {
    CHECK(is_duty_address(*parse_address("PostMaster@example.test")));
    CHECK(is_duty_address(*parse_address("abuse@example.test")));
    CHECK_FALSE(is_duty_address(*parse_address("hostmaster@example.test")));
}
