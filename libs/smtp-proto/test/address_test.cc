#include <catch2/catch.hpp>

#include "sky/smtp-proto/address.h"

using namespace sky;
using smtp::Address;

namespace {
std::string printed(std::string_view text) {
    const auto address = smtp::parse_address(text);
    return address ? smtp::print(*address) : "refused";
}
Result<Address> forward_path(std::string_view text) {
    auto path = smtp::parse_forward_path(text);
    if (path && !text.empty()) return unexpected(Fault::syntax, "rest");
    return path;
}
}  // namespace

TEST_CASE("addresses keep the local part's case and lower the domain", "[smtp][rfc5321:4.1.2]") {
    CHECK(printed("Ada.Lovelace+x@Example.TEST") == "Ada.Lovelace+x@example.test");
    CHECK(printed("o'brien/{x}=y@a_b.example") == "o'brien/{x}=y@a_b.example");
    CHECK(printed("user%dom@example.test") == "user%dom@example.test");
    CHECK(printed("ada@[192.0.2.1]") == "ada@[192.0.2.1]");
    CHECK(printed("ada@[IPv6:2001:DB8::1]") == "ada@[ipv6:2001:db8::1]");
    CHECK(printed(printed("ada@[IPv6:2001:DB8::1]")) == "ada@[ipv6:2001:db8::1]");
}

TEST_CASE("quoted local parts lose needless quotes and keep needed ones", "[smtp][rfc5321:4.1.2]") {
    CHECK(printed("\"ada\"@example.test") == "ada@example.test");
    CHECK(printed("\"a\\da\"@example.test") == "ada@example.test");
    CHECK(printed("\"ada b\"@example.test") == "\"ada b\"@example.test");
    CHECK(printed("\"x@y\"@example.test") == "\"x@y\"@example.test");
    CHECK(printed("\"a\\\"b\\\\\"@example.test") == "\"a\\\"b\\\\\"@example.test");
    CHECK(printed("\"\"@example.test") == "\"\"@example.test");
    CHECK(printed("\"a..b\"@example.test") == "\"a..b\"@example.test");
}

TEST_CASE("malformed addresses are refused", "[smtp][rfc5321:4.1.2]") {
    for (const std::string_view text : {"",
                                        "@",
                                        "ada",
                                        "ada@",
                                        "@example.test",
                                        "a..b@example.test",
                                        ".a@example.test",
                                        "a.@example.test",
                                        "ada@@example.test",
                                        "ada@exa mple.test",
                                        "ada@-x.test",
                                        "ada@x-.test",
                                        "ada@.test",
                                        "ada@test.",
                                        "ada@a..b",
                                        "ada@[1.2.3]",
                                        "ada@[1.2.3.4",
                                        "ada@[IPv6:zz]",
                                        "ada@[x:y]",
                                        "ada @example.test",
                                        "a(c)da@example.test",
                                        "ada@example.test ",
                                        "<ada@example.test>",
                                        "\"ada@example.test",
                                        "\"ada\\",
                                        "\"a\tda\"@example.test",
                                        "ada\xc3\xbc@example.test",
                                        "ada@b\xc3\xbc.test",
                                        "\"\xc3\xbc\"@example.test",
                                        "ada@example.test\r",
                                        "a,b@example.test",
                                        "ada:bob@example.test",
                                        "ada@[]",
                                        "ada@[ ]"})
        CHECK(printed(text) == "refused");
}

TEST_CASE("limits of local part, domain and path", "[smtp][rfc5321:4.5.3.1]") {
    const std::string label(63, 'd');
    CHECK(printed(std::string(64, 'a') + "@x.test") != "refused");
    CHECK(printed(std::string(65, 'a') + "@x.test") == "refused");
    CHECK(printed("a@" + label + "." + label + "." + label + "." + label) != "refused");
    CHECK(printed("a@" + label + "d.test") == "refused");
    CHECK(printed("a@" + label + "." + label + "." + label + "." + label + ".x") == "refused");
    CHECK(forward_path("<" + std::string(64, 'a') + "@" + label + "." + label + "." + label + ">"));
    CHECK_FALSE(forward_path("<" + std::string(64, 'a') + "@" + label + "." + label + "." + label + "." + label + ">"));
}

TEST_CASE("source routes are checked and dropped", "[smtp][rfc5321:4.1.1.3]") {
    CHECK(forward_path("<@a.test,@b.test:ada@example.test>") == Address{"ada", "example.test"});
    CHECK(forward_path("<@a.test:ada@example.test>") == Address{"ada", "example.test"});
    for (const auto* text :
         {"<@a.test ada@example.test>", "<@a.test,:ada@example.test>", "<@:ada@example.test>", "<@a.test:>", "<@a.test@b:x@y>"})
        CHECK_FALSE(forward_path(text));
}

TEST_CASE("the null path is for senders, Postmaster without domain for recipients", "[smtp][rfc5321:4.1.1.3]") {
    std::string_view null = "<> SIZE=1";
    const auto path = smtp::parse_reverse_path(null);
    REQUIRE(path);
    CHECK_FALSE(*path);
    CHECK(null == " SIZE=1");
    CHECK_FALSE(forward_path("<>"));
    CHECK(forward_path("<PostMaster>") == Address{"postmaster", ""});
    CHECK(smtp::print(Address{"postmaster", ""}) == "postmaster");
    std::string_view bare = "<Postmaster>";
    CHECK_FALSE(smtp::parse_reverse_path(bare));
}
