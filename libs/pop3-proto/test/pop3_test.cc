#include <catch2/catch.hpp>

#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/message.h"
#include "sky/pop3-proto/response.h"

using namespace sky;
using namespace std::string_literals;

namespace {
std::string sent(std::string_view message, std::size_t step = SIZE_MAX) {
    pop3::MultiLine writer;
    std::string out;
    for (; !message.empty(); message.remove_prefix(std::min(step, message.size()))) writer.feed(message.substr(0, step), out);
    writer.finish(out);
    return out;
}
std::string top(std::string_view message, std::uint32_t lines, std::size_t step = SIZE_MAX) {
    pop3::TopCut cut(lines);
    std::string out;
    while (!message.empty() && !cut.done()) {
        const auto piece = message.substr(0, step);
        const auto taken = cut.feed(piece);
        out += piece.substr(0, taken);
        message.remove_prefix(piece.size());
    }
    return out;
}
}  // namespace

TEST_CASE("a command is a keyword and what stands behind one space", "[pop3][rfc1939:3]") {
    CHECK(pop3::parse_command("stat") == pop3::CommandLine{"STAT", ""});
    CHECK(pop3::parse_command("PASS  two spaces ") == pop3::CommandLine{"PASS", " two spaces "});
    CHECK(pop3::parse_command("USER gr\xc3\xbc\xc3\x9f"
                              "e")
              ->argument ==
          "gr\xc3\xbc\xc3\x9f"
          "e");
    for (const auto& line : {""s, " STAT"s, "ST\0AT"s, "STAT\r"s, "PASS a\nb"s, "R2TR 1"s, "S\xc3\xbc"s, std::string(17, 'A')})
        CHECK_FALSE(pop3::parse_command(line));
}

TEST_CASE("message numbers and line counts are plain numbers", "[pop3][rfc1939:5][rfc1939:7]") {
    CHECK(pop3::parse_number("1") == 1U);
    CHECK(pop3::parse_number("4294967295") == 4294967295U);
    for (const auto* text : {"", "0", "-1", "+1", "1 ", "x", "4294967296", "1 2"}) CHECK_FALSE(pop3::parse_number(text));
    CHECK(pop3::parse_top("3 0") == pop3::Top{3, 0});
    for (const auto* text : {"", "3", "3 ", "3 -1", "0 1", "3 1 1", " 3 1"}) CHECK_FALSE(pop3::parse_top(text));
}

TEST_CASE("status lines carry their code and nothing that could break them", "[pop3][rfc2449:8][rfc3206:3]") {
    CHECK(pop3::ok("hello") == "+OK hello\r\n");
    CHECK(pop3::err("no\r\n+OK") == "-ERR no??+OK\r\n");
    CHECK(pop3::err(Error{Fault::unavailable, "try again later", "database away"}) == "-ERR [SYS/TEMP] try again later\r\n");
    CHECK(pop3::err(Error{Fault::bad_credentials, "", ""}) == "-ERR [AUTH] bad_credentials\r\n");
    CHECK(pop3::ok(std::string(1000, 'x')).size() == 512);
}

TEST_CASE("lines that begin with a dot get another one", "[pop3][rfc1939:3]") {
    CHECK(sent("a\r\n.b\r\n.\r\n") == "a\r\n..b\r\n..\r\n.\r\n");
    CHECK(sent("") == ".\r\n");
    CHECK(sent("no end") == "no end\r\n.\r\n");
    CHECK(sent("cr\r") == "cr\r\r\n.\r\n");
    CHECK(sent(".") == "..\r\n.\r\n");
    CHECK(sent("a\r.b\n.c\r\n") == "a\r.b\n.c\r\n.\r\n");
    for (const auto* message : {"a\r\n.b\r\n.\r\n", "\r\r\n.", "..\r\n\r\n.x", "x\r"})
        for (const std::size_t step : {1UL, 2UL, 3UL}) CHECK(sent(message, step) == sent(message));
}

TEST_CASE("TOP gives the header and the first lines of the body", "[pop3][rfc1939:7]") {
    const auto* message = "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\nfour";
    for (const std::size_t step : {1UL, 2UL, 5UL, 1000UL}) {
        CHECK(top(message, 0, step) == "A: 1\r\nB: 2\r\n\r\n");
        CHECK(top(message, 1, step) == "A: 1\r\nB: 2\r\n\r\none\r\n");
        CHECK(top(message, 3, step) == "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n");
        CHECK(top(message, 99, step) == message);
        CHECK(top("only: header\r\n", 5, step) == "only: header\r\n");
        CHECK(top("\r\nbody\r\n", 0, step) == "\r\n");
    }
}
