#include "auth/address.h"

#include <catch2/catch.hpp>

using namespace sky;
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
    CHECK(normalise_domain("Exämple.TEST") == "xn--exmple-cua.test");
    const auto text = GENERATE(as<std::string>{}, "", "localhost", ".test", "a..test", "-a.test", "a-.test", "a_b.test", "192.0.2.1",
                               "a\xe2\x80\xae"
                               "ä.test",
                               "a b.test");
    CAPTURE(text);
    CHECK_FALSE(normalise_domain(text));
    CHECK_FALSE(normalise_domain(std::string(64, 'a') + ".test"));
}

TEST_CASE("new addresses are plain", "[auth]") {
    CHECK(parse_plain_address("ada.l@example.test"));
    CHECK_FALSE(parse_plain_address("\"ada lovelace\"@example.test"));
    CHECK_FALSE(parse_plain_address("ada@[192.0.2.1]"));
    CHECK_FALSE(parse_plain_address(std::string(65, 'a') + "@example.test"));
}

TEST_CASE("addresses in every script have one spelling", "[auth][rfc6531:3.3][rfc5891:5]") {
    CHECK(parse_plain_address("GÖDEL@Bücher.example")->text() == "gödel@xn--bcher-kva.example");
    CHECK(parse_plain_address("go\xcc\x88"
                              "del@xn--bcher-kva.EXAMPLE")
              ->text() == "gödel@xn--bcher-kva.example");
    CHECK(parse_plain_address("用户@例え.テスト")->text() == "用户@xn--r8jz45g.xn--zckzah");
    CHECK(parse_address("\"gödel\"@example.test")->text() == "gödel@example.test");
    CHECK(parse_address("a\xcd\xbe"
                        "b@example.test")
              ->local == "\"a;b\"");
    CHECK_FALSE(
        parse_plain_address("a\xcd\xbe"
                            "b@example.test"));
    CHECK_FALSE(parse_plain_address(std::string(30, 'a') + "ŉŉŉŉŉŉŉŉŉŉŉŉŉŉŉŉŉ@example.test"));  // 64 octets that fold to more
}

TEST_CASE("an address that deceives may be elsewhere but not be made here", "[auth][rfc6531:3.3]") {
    for (const char* text : {"ad\xe2\x80\xae"
                             "ä@example.test",
                             "ada-דניאל@example.test", "\xee\x80\x80@example.test"}) {
        CAPTURE(text);
        CHECK(parse_address(text)->text() == text);
        CHECK_FALSE(parse_plain_address(text));
    }
    CHECK_FALSE(
        parse_address("ada@a\xe2\x80\xae"
                      "b.test"));
    CHECK_FALSE(parse_address("ada@xn--bücher.test"));
}

TEST_CASE("a domain that is hosted belongs to somebody", "[auth][rfc5891:4][rfc6761:6]") {
    CHECK(hosted_domain("Example.TEST.").value() == "example.test");
    CHECK(hosted_domain("Bücher.example").value() == "xn--bcher-kva.example");
    CHECK(hosted_domain("someone.github.io").value() == "someone.github.io");
    CHECK(hosted_domain("ab--cd.test").value() == "ab--cd.test");
    const auto [text, why] = GENERATE(table<std::string, std::string>({
        {"test", "single label"},
        {"localhost", "single label"},
        {"com", "single label"},
        {"co.uk", "public suffix"},
        {"GitHub.io", "public suffix"},
        {"个人.hk", "public suffix"},
        {"xn--a.test", "does not stand for"},
        {"", "not a domain"},
        {"a_b.test", "not a domain"},
        {"192.0.2.1", "not a domain"},
        {"a\xe2\x80\xae"
         "ä.test",
         "not a domain"},
    }));
    CAPTURE(text);
    const auto refused = hosted_domain(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::syntax);
    CHECK_THAT(refused.error().text, Catch::Contains(why));
}

TEST_CASE("postmaster and abuse are duty addresses in any case", "[auth][rfc5321:4.5.1][rfc2142:4]") {
    CHECK(is_duty_address(*parse_address("PostMaster@example.test")));
    CHECK(is_duty_address(*parse_address("abuse@example.test")));
    CHECK_FALSE(is_duty_address(*parse_address("hostmaster@example.test")));
}
