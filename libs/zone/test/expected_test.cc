#include "sky/zone/expected.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "facts.h"
#include "sky/zone/render.h"

using namespace sky::zone;

namespace {
std::string value(const std::vector<Record>& records, std::string_view owner, std::string_view type) {
    std::string out;
    for (const auto& record : records)
        if (record.owner == owner && record.type == type) out += (out.empty() ? "" : " | ") + record.value;
    return out;
}
}  // namespace

TEST_CASE("a domain's whole record set", "[zone][rfc5321:5.1][rfc7208:5.4][rfc6376:3.6.2.1][rfc7489:6.1][rfc8460:3][rfc8461:3.1]") {
    const auto set = expected_records(testing::installation(), testing::domain());
    CHECK(value(set, "example.test", "MX") == "10 mx.provider.test.");
    CHECK(value(set, "example.test", "TXT") == "v=spf1 mx -all");
    CHECK(value(set, "s1._domainkey.example.test", "TXT") == "v=DKIM1; k=rsa; p=" + std::string(392, 'A'));
    CHECK(value(set, "s2._domainkey.example.test", "TXT") == "v=DKIM1; k=ed25519; p=BBBB");
    CHECK(value(set, "_dmarc.example.test", "TXT") == "v=DMARC1; p=none; rua=mailto:postmaster@example.test");
    CHECK(value(set, "_smtp._tls.example.test", "TXT") == "v=TLSRPTv1; rua=mailto:postmaster@example.test");
    CHECK(value(set, "_mta-sts.example.test", "TXT") == "v=STSv1; id=20261124");
    CHECK(value(set, "mta-sts.example.test", "CNAME") == "web.provider.test.");
    CHECK(value(set, "_skybridge-challenge.example.test", "TXT") == "token");
    for (const auto& record : set) {
        CAPTURE(record.owner, record.type);
        CHECK(record.why.ends_with('.'));
        CHECK(std::ranges::none_of(record.owner, [](char c) { return c >= 'A' && c <= 'Z'; }));
        CHECK_FALSE(record.value.empty());
    }
}

TEST_CASE("clients find their servers, and what is not offered says so",
          "[zone][rfc6186:3][rfc8314:5.1][rfc5804:1.8][rfc6764:3][rfc6764:4][rfc8620:2.2]") {
    const auto set = expected_records(testing::installation(), testing::domain());
    CHECK(value(set, "_submissions._tcp.example.test", "SRV") == "0 1 465 mx.provider.test.");
    CHECK(value(set, "_submission._tcp.example.test", "SRV") == "0 1 587 mx.provider.test.");
    CHECK(value(set, "_imaps._tcp.example.test", "SRV") == "0 1 993 mx.provider.test.");
    CHECK(value(set, "_pop3s._tcp.example.test", "SRV") == "0 1 995 mx.provider.test.");
    CHECK(value(set, "_imap._tcp.example.test", "SRV") == "0 0 0 .");
    CHECK(value(set, "_pop3._tcp.example.test", "SRV") == "0 0 0 .");
    CHECK(value(set, "_sieve._tcp.example.test", "SRV") == "0 1 4190 mx.provider.test.");
    CHECK(value(set, "_caldavs._tcp.example.test", "SRV") == "0 1 443 web.provider.test.");
    CHECK(value(set, "_caldavs._tcp.example.test", "TXT") == "path=/dav/");
    CHECK(value(set, "_carddavs._tcp.example.test", "SRV") == "0 1 443 web.provider.test.");
    CHECK(value(set, "_jmap._tcp.example.test", "SRV") == "0 1 443 web.provider.test.");
    CHECK(value(set, "_autodiscover._tcp.example.test", "SRV") == "0 0 443 web.provider.test.");
    CHECK(value(set, "autoconfig.example.test", "CNAME") == "web.provider.test.");
    CHECK(value(set, "autodiscover.example.test", "CNAME") == "web.provider.test.");
    CHECK(value(set, "ua-auto-config.example.test", "CNAME") == "web.provider.test.");
    CHECK(value(set, "_ua-auto-config.example.test", "TXT") == "v=UAAC1; a=sha256; d=ZGlnZXN0");
}

TEST_CASE("the mail host has addresses, names, keys", "[zone][rfc7672:3.1][rfc8659:4.2][rfc8657:3]") {
    const auto set = expected_records(testing::installation(), testing::domain());
    CHECK(value(set, "mx.provider.test", "A") == "192.0.2.1");
    CHECK(value(set, "mx.provider.test", "AAAA") == "2001:db8::1");
    CHECK(value(set, "1.2.0.192.in-addr.arpa", "PTR") == "mx.provider.test.");
    CHECK(value(set, "_25._tcp.mx.provider.test", "TLSA") == "3 1 1 aa | 3 1 1 bb");
    CHECK(value(set, "example.test", "CAA") == "0 issue \"ca.example; accounturi=https://ca.example/1\"");
}

TEST_CASE("what is unknown is left out", "[zone]") {
    const auto set = expected_records({}, {.name = "example.test"});
    CHECK(value(set, "example.test", "MX").empty());
    CHECK(value(set, "autoconfig.example.test", "CNAME").empty());
    CHECK_FALSE(value(set, "_dmarc.example.test", "TXT").empty());
    CHECK(std::ranges::none_of(set, [](const Record& record) { return record.severity == Severity::must; }));
}

TEST_CASE("zone text is quoted, split, and keeps other zones out", "[zone][rfc1035:5.1]") {
    CHECK(quoted_text("a\"b\\c\xff") == "\"a\\\"b\\\\c\\255\"");
    CHECK(quoted_text("") == "\"\"");
    CHECK(quoted_text(std::string(255, 'a')) == "\"" + std::string(255, 'a') + "\"");
    CHECK(quoted_text(std::string(256, 'a')) == "\"" + std::string(255, 'a') + "\" \"a\"");
    // An escaped octet counts once and is never torn.
    CHECK(quoted_text(std::string(254, 'a') + "\"b") == "\"" + std::string(254, 'a') + "\\\"\" \"b\"");

    const auto text = zone_text(expected_records(testing::installation(), testing::domain()), "example.test");
    CHECK(text.starts_with("$ORIGIN example.test.\n"));
    CHECK_THAT(text, Catch::Contains("\n@ 3600 IN MX 10 mx.provider.test.\n"));
    CHECK_THAT(text, Catch::Contains("\n_dmarc 3600 IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@example.test\"\n"));
    CHECK_THAT(text, Catch::Contains("\n; mx.provider.test. 3600 IN A 192.0.2.1\n"));
    CHECK_THAT(text, Catch::Contains("A\" \"A"));
}
