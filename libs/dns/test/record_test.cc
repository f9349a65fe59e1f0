#include "sky/dns/record.h"

#include <catch2/catch.hpp>

#include "../src/name.h"

using namespace sky;
using namespace sky::dns;
using namespace std::string_literals;

TEST_CASE("records are read from their wire form", "[dns][rfc1035:3.3]") {
    const auto [type, wire, expected] = GENERATE(table<Type, std::string, std::string>({
        {Type::a, "\xc0\x00\x02\x01"s, "192.0.2.1"},
        {Type::aaaa, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"s, "2001:db8::1"},
        {Type::mx, "\0\x0a\x02MX\4Test\0"s, "10 mx.test."},
        {Type::mx, "\0\0\0"s, "0 ."},
        {Type::cname, "\1a\1b\0"s, "a.b."},
        {Type::txt, "\3v=s\2pf"s, "\"v=spf\""},
        {Type::txt, "\0"s, "\"\""},
        {Type::txt, "\4a\"\\\xff"s, "\"a\\\"\\\\\\255\""},
        {Type::srv, "\0\1\0\2\3\xe1\4imap\4test\0"s, "1 2 993 imap.test."},
        {Type::srv, "\0\0\0\0\0\0\0"s, "0 0 0 ."},
        {Type::tlsa, "\3\1\1\xab\xcd"s, "3 1 1 abcd"},
        {Type::caa, "\0\5IssueCA.test"s, "0 issue \"CA.test\""},
        {Type::ptr, "\3a.b\1\\\2\x01 \0"s, "a\\.b.\\\\.\\001\\032."},
    }));
    CAPTURE(expected);
    const auto data = parse_data(type, wire);
    REQUIRE(data);
    CHECK(text(*data) == expected);
    // Byte by byte: no shorter data is taken, but for the types whose end is free.
    if (type != Type::txt && type != Type::tlsa && type != Type::caa)
        for (std::size_t i = 0; i < wire.size(); ++i) CHECK_FALSE(parse_data(type, std::string_view(wire).substr(0, i)));
}

TEST_CASE("broken data is refused", "[dns][rfc1035:3.3]") {
    CHECK_FALSE(parse_data(Type::a, "\1\2\3\4\5"));
    CHECK_FALSE(parse_data(Type::mx, "\0\x0a\xc0\x0c"s));  // compressed
    CHECK_FALSE(parse_data(Type::mx, "\0\x0a\2a"s));
    CHECK_FALSE(parse_data(Type::txt, ""));
    CHECK_FALSE(parse_data(Type::txt, "\5abc"));
    CHECK_FALSE(parse_data(Type::txt, "\3abc\5abc"));
    CHECK_FALSE(parse_data(Type::srv, "\0\1\0\2\3\xe1\4imap\0x"s));
    CHECK_FALSE(parse_data(Type::tlsa, "\3\1"));
    CHECK_FALSE(parse_data(Type::caa, "\0\0x"s));
    CHECK_FALSE(parse_data(static_cast<Type>(6), ""));
    std::string name;
    for (int i = 0; i < 64; ++i) name += "\3abc";
    CHECK_FALSE(parse_data(Type::ns, name + '\0'));
    CHECK(parse_data(Type::txt, "\5abc").error().fault == Fault::corrupt);
}

TEST_CASE("long texts are joined without a space", "[dns][rfc7208:3.3]") {
    const std::string wire = "\xff" + std::string(255, 'a') + "\xff" + std::string(255, 'b') + "\1c";
    CHECK(std::get<Txt>(parse_data(Type::txt, wire).value()).text == std::string(255, 'a') + std::string(255, 'b') + "c");
}

TEST_CASE("addresses have names", "[dns][rfc1035:3.5][rfc3596:2.5]") {
    CHECK(reverse_name("192.0.2.1") == "1.2.0.192.in-addr.arpa");
    CHECK(reverse_name("2001:db8::1") == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    CHECK_FALSE(reverse_name("mx.test"));
}

TEST_CASE("types have names, and what can't be a name is not asked for", "[dns]") {
    CHECK(type_name(Type::tlsa) == "TLSA");
    CHECK(type_of("mx") == Type::mx);
    CHECK_FALSE(type_of("SOA"));
    for (const char* name : {"", ".", "a", "_25._tcp.mx.test.", "*.test"}) CHECK(can_be_asked(name));
    for (const char* name : {"a..b", ".a", "a b", "a\\.b", "\xc3\xa4.test", ".."}) CHECK_FALSE(can_be_asked(name));
    CHECK_FALSE(can_be_asked(std::string(64, 'a') + ".test"));
}
