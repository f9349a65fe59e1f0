#include "delivery/dsn.h"

#include <catch2/catch.hpp>

#include "sky/mime/summary.h"

using namespace sky;
using delivery::FailedRecipient;
using delivery::Report;

namespace {
Report report() {
    return {.reporting_mta = "mx.one.test",
            .to = "ada@one.test",
            .id = *Uuid::parse("0192d000-0000-7000-8000-000000000001"),
            .now = Time{std::chrono::seconds{1'764'000'000}},
            .arrival = Time{std::chrono::seconds{1'763'990'000}},
            .original_header = "From: ada@one.test\r\nSubject: hello\r\n",
            .failed = {{"bob@far.example", "robert@far.example", "550 5.1.1 no such user", "mx.far.example"},
                       {"eve@far.example", "", "451 busy", ""}}};
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a report has a part for people, one for machines and the header", "[delivery][rfc6522:3][rfc3464:2]") {
    const auto text = write_report(report());
    CHECK(has(text, "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_0192d000-"));
    CHECK(has(text, "\r\nContent-Type: text/plain; charset=us-ascii\r\n"));
    CHECK(has(text, "\r\nContent-Type: message/delivery-status\r\n"));
    CHECK(has(text, "\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: ada@one.test\r\nSubject: hello\r\n"));
    CHECK(text.ends_with("--=_0192d000-0000-7000-8000-000000000001--\r\n"));
    CHECK(has(text, "<bob@far.example>: mx.far.example said:\r\n    550 5.1.1 no such user\r\n"));
}

TEST_CASE("the report's own envelope answers nobody's automat", "[delivery][rfc3834:5][rfc5321:6.1]") {
    const auto text = write_report(report());
    CHECK(has(text, "Auto-Submitted: auto-replied\r\n"));
    CHECK(has(text, "From: Mail Delivery System <MAILER-DAEMON@mx.one.test>\r\nTo: <ada@one.test>\r\n"));
    CHECK(has(text, "Message-ID: <" + report_message_id(report()) + ">\r\n"));
}

TEST_CASE("each failed recipient has its fields", "[delivery][rfc3464:2.3][rfc3461:6.3]") {
    const auto text = write_report(report());
    CHECK(has(text,
              "Reporting-MTA: dns; mx.one.test\r\nArrival-Date: Mon, 24 Nov 2025 13:13:20 +0000\r\n\r\n"
              "Original-Recipient: rfc822;robert@far.example\r\nFinal-Recipient: rfc822;bob@far.example\r\nAction: failed\r\n"
              "Status: 5.1.1\r\nRemote-MTA: dns; mx.far.example\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
              "Last-Attempt-Date: Mon, 24 Nov 2025 16:00:00 +0000\r\n"));
    CHECK(has(
        text,
        "\r\nFinal-Recipient: rfc822;eve@far.example\r\nAction: failed\r\nStatus: 4.0.0\r\nDiagnostic-Code: x-skybridge; 451 busy\r\n"));
}

TEST_CASE("a reply's status is found, or made from its class", "[delivery][rfc3463:2]") {
    using delivery::status_of;
    CHECK(status_of("550 5.1.1 no such user") == "5.1.1");
    CHECK(status_of("450 4.4.1") == "4.4.1");
    CHECK(status_of("550 no such user") == "5.0.0");
    CHECK(status_of("451 greylisted 1.2.3") == "4.0.0");
    CHECK(status_of("550 5.1 short") == "5.0.0");
    CHECK(status_of("550 5.1.1234 long") == "5.0.0");
    CHECK(status_of("") == "5.0.0");
}

TEST_CASE("a peer's words cannot break the report", "[delivery]") {
    auto bad = report();
    bad.failed = {{"x@far.example\r\nBcc: y@far.example", "", "550 no\r\n\r\n--=_x\r\n\xff\x01", "mx\r\nX: y"}};
    bad.to = "ada@one.test>\r\nBcc: <y@far.example";
    const auto text = write_report(bad);
    CHECK_FALSE(has(text, "\nBcc:"));
    CHECK_FALSE(has(text, "\nX: y"));
    CHECK_FALSE(has(text, "\n--=_x"));
    for (const char c : text) CHECK((c == '\r' || c == '\n' || (c >= ' ' && c <= '~')));
}

TEST_CASE("a returned header keeps its lines within bounds", "[delivery][rfc5322:2.1.1]") {
    auto wild = report();
    wild.original_header = "Subject: " + std::string(5000, 'x') + "\nTo: \xc3\xa4\r\rB: c" + std::string(1, '\0') + "d";
    const auto text = write_report(wild);
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            REQUIRE(text[i - 1] == '\r');
            REQUIRE(column <= 999);
            column = 0;
        } else {
            if (text[i] == '\r') REQUIRE(text[i + 1] == '\n');
            REQUIRE(text[i] != '\0');
            ++column;
        }
    }
    CHECK(has(text, "Content-Transfer-Encoding: 8bit\r\n"));
}

TEST_CASE("the store understands a report", "[delivery][rfc6522:3]") {
    const auto summary = mime::summarize(write_report(report()));
    CHECK(summary.message_id == report_message_id(report()));
    CHECK(summary.subject == "Undelivered Mail Returned to Sender");
}
