#include <catch2/catch.hpp>

#include "sky/net/address.h"

using namespace sky::net;

TEST_CASE("addresses have one canonical text", "[net]") {
    CHECK(address_text(*parse_address("::ffff:192.0.2.1")) == "192.0.2.1");
    CHECK(address_text(*parse_address("2001:DB8:0:0::1")) == "2001:db8::1");
    for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "[::1]", "::1%eth0", "01.2.3.4", "host"}) CHECK_FALSE(parse_address(bad));
    CHECK(Endpoint{"::1", 25}.text() == "[::1]:25");
}

TEST_CASE("networks contain by prefix, across the two writings of IPv4", "[net]") {
    const auto list = parse_networks("10.0.0.0/8, 192.0.2.7 ,2001:db8::/33");
    REQUIRE(list);
    CHECK(contains(*list, "10.255.0.1"));
    CHECK(contains(*list, "::ffff:10.1.1.1"));
    CHECK(contains(*list, "192.0.2.7"));
    CHECK_FALSE(contains(*list, "192.0.2.8"));
    CHECK(contains(*list, "2001:db8:7fff::1"));
    CHECK_FALSE(contains(*list, "2001:db8:8000::1"));
    CHECK_FALSE(contains(*list, "nonsense"));
    CHECK_FALSE(parse_networks("10.0.0.0/33"));
    CHECK_FALSE(parse_networks("10.0.0.0/-1"));
    CHECK(parse_networks("")->empty());
}

TEST_CASE("limits count IPv6 by /64", "[net]") {
    CHECK(limit_key("2001:db8::1") == limit_key("2001:db8::ffff:1"));
    CHECK(limit_key("2001:db8:0:1::1") != limit_key("2001:db8::1"));
    CHECK(limit_key("192.0.2.1") != limit_key("192.0.2.2"));
}

TEST_CASE("host and port need each other", "[net]") {
    CHECK(parse_host_port("auth:7001")->host == "auth");
    CHECK(parse_host_port("[::1]:7001")->host == "::1");
    for (const char* bad : {"auth", ":1", "auth:", "auth:0", "auth:65536", "::1:25", "[]:1"}) CHECK_FALSE(parse_host_port(bad));
}

TEST_CASE("an address is public unless it is somebody's own, or carries another", "[net][rfc6890:2.2]") {
    for (const char* address : {"1.1.1.1", "172.32.0.1", "192.169.0.1", "9.9.9.9", "2606:4700::1111", "2620:fe::fe", "2a00:1450::1"})
        CHECK(is_public(address));
    for (const char* address : {"0.0.0.0",
                                "10.0.0.1",
                                "100.64.0.1",
                                "127.0.0.1",
                                "127.255.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.168.1.1",
                                "198.18.0.1",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::127.0.0.1",
                                "::ffff:127.0.0.1",
                                "::ffff:10.0.0.1",
                                "4000::1",
                                "64:ff9b::a00:1",
                                "2002:a00:1::1",
                                "fe80::1",
                                "fd12::1",
                                "ff02::1",
                                "2001:db8::1",
                                "localhost",
                                "",
                                "1.1.1"})
        CHECK_FALSE(is_public(address));
}
