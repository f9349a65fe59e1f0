#include <catch2/catch.hpp>

#include "sky/smtp-proto/command.h"

using namespace sky;
using namespace std::string_literals;

TEST_CASE("a command line is a keyword and its argument", "[smtp][rfc5321:4.1.1]") {
    CHECK(smtp::parse_command("mail  FROM:<>") == smtp::CommandLine{"MAIL", "FROM:<>"});
    CHECK(smtp::parse_command("QUIT ") == smtp::CommandLine{"QUIT", ""});
    CHECK(smtp::parse_command("noop a b") == smtp::CommandLine{"NOOP", "a b"});
    for (const auto& line : {""s, " QUIT"s, "NO\0OP"s, "NOOP \x80"s, "NOOP\r"s, "NOOP a\nb"s, "   "s, "\x7f"s})
        CHECK_FALSE(smtp::parse_command(line));
}

TEST_CASE("MAIL takes path and parameters", "[smtp][rfc5321:4.1.1.2][rfc1870:4][rfc1870:6][rfc6152:2]") {
    const auto mail = smtp::parse_mail("from:<Ada@Example.test> SIZE=1000 body=8bitmime AUTH=<>");
    REQUIRE(mail);
    CHECK(mail->size == 1000);
    CHECK(mail->body == smtp::Body::eight_bit_mime);
    CHECK(smtp::print(*mail) == "FROM:<Ada@example.test> SIZE=1000 BODY=8BITMIME AUTH=<>");
    CHECK(smtp::parse_mail(smtp::print(*mail)) == *mail);
    CHECK(smtp::parse_mail("FROM: <ada@example.test>"));
    CHECK(smtp::print(*smtp::parse_mail("FROM:<>")) == "FROM:<>");
}

TEST_CASE("MAIL refuses what it does not know", "[smtp][rfc5321:4.1.1.11]") {
    const auto fault = [](std::string_view text) {
        const auto mail = smtp::parse_mail(text);
        REQUIRE_FALSE(mail);
        return mail.error().fault;
    };
    for (const auto* text : {"", "FROM", "FROM:", "FROM:ada@example.test", "TO:<ada@example.test>", "FROM:<a@b>x", "FROM:<a@b> =1",
                             "FROM:<a@b> SIZE=", "FROM:<a@b> SIZE=-1", "FROM:<a@b> SIZE=x", "FROM:<a@b> SIZE=99999999999999999999",
                             "FROM:<a@b> SIZE=1 SIZE=1", "FROM:<a@b> SIZE", "FROM:<a@b> SIZE=1=2", "FROM:<a@b> AUTH", "FROM:<a@b>SIZE=1"})
        CHECK(fault(text) == Fault::syntax);
    for (const auto* text : {"FROM:<a@b> SMTPUTF8", "FROM:<a@b> BODY=BINARYMIME", "FROM:<a@b> RET=HDRS"})
        CHECK(fault(text) == Fault::unsupported);
}

TEST_CASE("RCPT takes a forward path and no parameter", "[smtp][rfc5321:4.1.1.3]") {
    CHECK(smtp::print(*smtp::parse_rcpt("TO:<@x.test:Ada@Example.test>")) == "TO:<Ada@example.test>");
    CHECK(smtp::parse_rcpt("to:<POSTMASTER>")->address.local == "postmaster");
    CHECK(smtp::parse_rcpt("TO:<a@b> NOTIFY=NEVER").error().fault == Fault::unsupported);
    CHECK_FALSE(smtp::parse_rcpt("TO:<>"));
    CHECK_FALSE(smtp::parse_rcpt("TO:a@b"));
}

TEST_CASE("a client may name itself oddly, but not so that it breaks a header", "[smtp][rfc5321:4.1.1.1]") {
    for (const auto* text : {"example.test", "[192.0.2.1]", "[IPv6:::1]", "localhost", "my_pc", "192.0.2.1", "a."})
        CHECK(smtp::parse_helo(text));
    for (const auto& text : {""s, "a b"s, "a(b)"s, "a;b"s, "<a>"s, "[x]"s, "a\"b"s, "a,b"s, "a\\b"s, std::string(256, 'a')})
        CHECK_FALSE(smtp::parse_helo(text));
}

TEST_CASE("AUTH names a mechanism and may carry a response", "[smtp][rfc4954:4]") {
    CHECK(smtp::parse_auth("plain AGEAYg==") == smtp::Auth{"PLAIN", "AGEAYg=="});
    CHECK(smtp::parse_auth("LOGIN") == smtp::Auth{"LOGIN", std::nullopt});
    CHECK(smtp::print(*smtp::parse_auth("PLAIN =")) == "PLAIN =");
    for (const auto* text : {"", "PLAIN a b", "PL\tAIN", "PLAIN  a", "A=B"}) CHECK_FALSE(smtp::parse_auth(text));
}
