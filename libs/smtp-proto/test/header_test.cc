#include <catch2/catch.hpp>

#include "sky/smtp-proto/header_scanner.h"
#include "sky/smtp-proto/trace.h"

using namespace sky;

namespace {
smtp::HeaderScanner scan(std::string_view message, std::size_t step = SIZE_MAX) {
    smtp::HeaderScanner scanner;
    while (!message.empty()) {
        REQUIRE(scanner.feed(message.substr(0, step)));
        message.remove_prefix(std::min(step, message.size()));
    }
    scanner.finish();
    return scanner;
}
}  // namespace

TEST_CASE("the header section is scanned in any segmentation", "[smtp][rfc5321:4.4][rfc5322:2.2]") {
    const std::string_view message =
        "Received: from a\r\n\tby b; x\r\nRECEIVED : y\r\nMessage-Id:\r\n <a@b>  \r\nFrom: x\r\nDate: z\r\n\r\nReceived: "
        "body\r\nMessage-ID: <no>\r\n";
    for (const std::size_t step : {1UL, 2UL, 3UL, 7UL, 1000UL}) {
        const auto header = scan(message, step);
        CHECK(header.received() == 2);
        CHECK(header.message_id() == "<a@b>");
        CHECK(header.has_from());
        CHECK(header.has_date());
        CHECK_FALSE(header.headless());
    }
}

TEST_CASE("a message may have no header at all, or nothing else", "[smtp][rfc5322:2.1]") {
    CHECK(scan("hello\r\nFrom: x\r\n").headless());
    CHECK_FALSE(scan("hello\r\nFrom: x\r\n").has_from());
    CHECK(scan(" folded: into ours\r\n").headless());
    CHECK(scan("From a@b Mon Jan  1 00:00:00 2026\r\n").headless());
    CHECK_FALSE(scan("\r\nbody\r\n").headless());
    CHECK_FALSE(scan("").headless());
    CHECK(scan("Message-ID: <only>\r\n").message_id() == "<only>");
    CHECK(scan("Message-ID: <first>\r\nMessage-ID: <second>\r\n\r\n").message_id() == "<first>");
}

TEST_CASE("endless headers are refused", "[smtp][rfc5322:2.2]") {
    smtp::HeaderScanner one_field;
    CHECK(one_field.feed("X: "));
    Result<void> fed;
    for (int i = 0; fed && i < 1000; ++i) fed = one_field.feed(std::string(1000, 'x') + "\r\n ");
    CHECK_FALSE(fed);
    smtp::HeaderScanner many;
    fed = {};
    int fields = 0;
    for (; fed && fields < 3000; ++fields) fed = many.feed("X: y\r\n");
    CHECK(fields == 2001);
}

TEST_CASE("the Received field tells how the message came", "[smtp][rfc5321:4.4][rfc3848:1]") {
    smtp::Hop hop{.helo = "client.test",
                  .address = "192.0.2.1",
                  .host = "mx.test",
                  .how = smtp::Transmission::esmtps,
                  .tls = "TLSv1.3 with cipher X",
                  .id = "0190",
                  .only_recipient = "ada@example.test",
                  .when = Time{std::chrono::seconds{1'700'000'000}}};
    CHECK(smtp::received(hop) ==
          "Received: from client.test ([192.0.2.1])\r\n\t(using TLSv1.3 with cipher X)\r\n\tby mx.test (Skybridge) with ESMTPS id 0190\r\n"
          "\tfor <ada@example.test>; Tue, 14 Nov 2023 22:13:20 +0000\r\n");
    hop = {.helo = "[IPv6:::1]", .address = "::1", .host = "mx.test", .id = "1", .when = Time{}};
    CHECK(smtp::received(hop) ==
          "Received: from [IPv6:::1] ([IPv6:::1])\r\n\tby mx.test (Skybridge) with ESMTP id 1; Thu, 01 Jan 1970 00:00:00 +0000\r\n");
}
