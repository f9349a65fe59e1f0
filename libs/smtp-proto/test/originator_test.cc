#include <catch2/catch.hpp>

#include "sky/smtp-proto/header_scanner.h"

using sky::smtp::HeaderScanner;

namespace {
HeaderScanner scan(std::string_view message, std::size_t step = SIZE_MAX) {
    HeaderScanner out;
    for (std::size_t at = 0; at < message.size(); at += std::min(step, message.size() - at)) CHECK(out.feed(message.substr(at, step)));
    out.finish();
    return out;
}
}  // namespace

TEST_CASE("From and Sender are found whole, wherever they stand, in any segmentation", "[smtp-proto][rfc5322:2.2]") {
    const std::string message = "Subject: x\r\nSENDER : a@b,\r\n\tc@d\r\nFrom: e@f\r\nfrom: g@h\r\n\r\nFrom: body\r\n";
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{17}, std::string::npos}) {
        const auto header = scan(message, step);
        CHECK(header.from().count == 2);
        CHECK(header.from().value == " e@f");
        CHECK(header.sender().count == 1);
        CHECK(header.sender().value == " a@b,\tc@d");
        CHECK(message.substr(header.sender().begin, header.sender().end - header.sender().begin) == "SENDER : a@b,\r\n\tc@d\r\n");
        CHECK_FALSE(header.broken());
        CHECK_FALSE(header.headless());
    }
}

TEST_CASE("a header that breaks off and a field that is too long are known", "[smtp-proto]") {
    CHECK(scan("Subject: x\r\nnothing\r\nFrom: a@b\r\n").broken());
    CHECK_FALSE(scan("nothing\r\nFrom: a@b\r\n").broken());
    CHECK_FALSE(scan("Subject: x\r\n").broken());
    CHECK(scan("From: " + std::string(2000, 'x') + "\r\n\r\n", 100).from().cut);
    CHECK_FALSE(scan("From: x@y\r\n\r\n").from().cut);
}
