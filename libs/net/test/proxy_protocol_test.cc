#include <catch2/catch.hpp>
#include <string>

#include "sky/net/proxy_protocol.h"

using namespace sky::net;
using namespace std::string_literals;

namespace {

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

ProxyHeader whole(const std::string& bytes) {
    // Byte by byte: never a verdict before the end, and never an octet asked for that is not part of the header.
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        const auto part = parse_proxy_header(std::string_view(bytes).substr(0, n));
        REQUIRE(part);
        REQUIRE(std::holds_alternative<ProxyNeedsMore>(*part));
        REQUIRE(n + std::get<ProxyNeedsMore>(*part).at_least <= bytes.size());
    }
    const auto parsed = parse_proxy_header(bytes + "EHLO");
    REQUIRE(parsed);
    const auto header = std::get<ProxyHeader>(*parsed);
    CHECK(header.size == bytes.size());
    return header;
}

}  // namespace

TEST_CASE("PROXY version 1 tells addresses or none", "[net]") {
    const auto four = whole("PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r\n");
    CHECK(four.source.text() == "192.0.2.1:1234");
    CHECK(four.destination.text() == "192.0.2.2:25");
    CHECK(whole("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n").source.address == "2001:db8::1");
    CHECK(whole("PROXY UNKNOWN\r\n").local);
    CHECK(whole("PROXY UNKNOWN ffff:f:f:f:f:f:f:f ffff::f 65535 65535\r\n").local);
}

TEST_CASE("PROXY version 2 tells addresses or none", "[net]") {
    for (const auto& address : {"192.0.2.1"s, "2001:db8::1"s}) {
        const Endpoint from{address, 1234}, to{address, 993};
        const auto header = whole(write_proxy_v2(from, to));
        CHECK(header.source == from);
        CHECK(header.destination == to);
    }
    CHECK(whole(write_proxy_v2({}, {})).local);
    CHECK(whole(signature + "\x21\x00\x00\x03xyz"s).local);  // unspecified family, with a TLV
    CHECK(whole(signature + "\x21\x11\x00\x0f\x01\x02\x03\x04\x05\x06\x07\x08\x00\x19\x00\x1a\x04\x00\x00"s).source.text() == "1.2.3.4:25");
}

TEST_CASE("PROXY version 2 tells whether its client came under TLS", "[net]") {
    const std::string addresses = "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x19\x00\x1a"s;
    const auto with = [&](const std::string& tlvs) {
        return whole(signature + "\x21\x11\x00"s + static_cast<char>(addresses.size() + tlvs.size()) + addresses + tlvs).tls;
    };
    CHECK(with("\x20\x00\x05\x01\x00\x00\x00\x00"s));
    CHECK(with("\x04\x00\x01x\x20\x00\x05\x07\x00\x00\x00\x01"s));
    CHECK_FALSE(with(""));
    CHECK_FALSE(with("\x20\x00\x05\x06\x00\x00\x00\x00"s));  // a certificate in an earlier connection, not TLS in this one
    CHECK_FALSE(with("\x20\x00\x04\x01\x00\x00\x00"s));
    CHECK_FALSE(with("\x20\x00\x06\x01\x00\x00\x00\x00"s));  // cut short
    CHECK_FALSE(with("\x21\x00\x05\x01\x00\x00\x00\x00"s));
    CHECK_FALSE(whole(signature + "\x20\x11\x00\x08\x20\x00\x05\x01\x00\x00\x00\x00"s).tls);  // LOCAL
}

TEST_CASE("what is no PROXY header is refused", "[net]") {
    for (const auto& bad :
         {"EHLO x\r\n"s, "PROXX"s, "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n"s, "PROXY TCP4 ::1 ::1 1 2\r\n"s,
          "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n"s, "PROXY TCP4 1.2.3.4 5.6.7.8 65536 1\r\n"s, "PROXY  TCP4 1.2.3.4 5.6.7.8 1 1\r\n"s,
          "PROXY UDP4 1.2.3.4 5.6.7.8 1 1\r\n"s, "PROXY TCP4 "s + std::string(200, '1'), signature + "\x31\x11\x00\x0c"s,
          signature + "\x22\x11\x00\x0c"s, signature + "\x21\x11\x00\x04"s + "abcd", signature + "\x21\x12\x00\x0c"s + "abcdabcdabcd"}) {
        CHECK_FALSE(parse_proxy_header(bad));
    }
}
