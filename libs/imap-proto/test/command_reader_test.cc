#include "sky/imap-proto/command_reader.h"

#include <catch2/catch.hpp>

using namespace sky::imap;
using Literal = CommandReader::Literal;

TEST_CASE("a line without a literal is a command", "[imap-proto][rfc9051:2.2.1]") {
    CommandReader reader;
    REQUIRE(std::holds_alternative<CommandReader::Complete>(*reader.line("a1 NOOP")));
    CHECK(reader.text() == "a1 NOOP");
}

TEST_CASE("literals are gathered until the command is whole", "[imap-proto][rfc9051:4.3]") {
    CommandReader reader;
    auto step = reader.line("a1 LOGIN {3}");
    REQUIRE(std::get<Literal>(*step).size == 3);
    CHECK(std::get<Literal>(*step).sync == Literal::Sync::yes);
    for (const char c : std::string_view("ada")) reader.literal(std::string_view(&c, 1));
    step = reader.line(" {2+}");
    CHECK(std::get<Literal>(*step).sync == Literal::Sync::no);
    reader.literal("pw");
    REQUIRE(std::holds_alternative<CommandReader::Complete>(*reader.line("")));
    CHECK(reader.text() == "a1 LOGIN {3}\r\nada {2+}\r\npw");
}

TEST_CASE("the message of APPEND is announced as such", "[imap-proto][rfc9051:6.3.12]") {
    CommandReader reader{ReaderLimits{}};
    auto step = reader.line("a1 append {5}");
    CHECK(std::get<Literal>(*step).of == Literal::Of::argument);
    reader.literal("Draft");
    step = reader.line(" (\\Seen) {30000000}");
    CHECK(std::get<Literal>(*step).of == Literal::Of::message);
    CHECK(std::get<Literal>(*step).size == 30'000'000);
    reader.reset();
    CHECK(reader.line("a2 APPEND INBOX {60000000}").error().fault == sky::Fault::too_large);
    CHECK_FALSE(reader.out_of_step());
    CHECK(reader.refused_message());  // NO, not BAD
    reader.reset();
    CHECK(reader.line("a3 LOGIN {60000000}").error().fault == sky::Fault::too_large);
    CHECK_FALSE(reader.refused_message());
}

TEST_CASE("a non-synchronizing literal ends at 4096 octets", "[imap-proto][rfc7888:5]") {
    CommandReader reader{ReaderLimits{}};
    CHECK(reader.line("a1 APPEND INBOX {4096+}"));
    reader.reset();
    CHECK_FALSE(reader.line("a1 APPEND INBOX {4097+}"));
    CHECK(reader.out_of_step());
    CHECK_FALSE(reader.refused_message());  // BAD, not NO
    reader.reset();
    CHECK_FALSE(reader.line(std::string_view("a1 NO\0OP {5+}", 13)));
    CHECK(reader.out_of_step());
}

TEST_CASE("the command goes on behind a message, and forgets what was before it", "[imap-proto][rfc3502:6.3.11]") {
    CommandReader reader{ReaderLimits{.text = 40, .literal = 10, .literals = 10, .literal_count = 1, .message = 1000}};
    CHECK(std::get<Literal>(*reader.line("a1 APPEND INBOX {900}")).of == Literal::Of::message);
    for (int i = 0; i < 100; ++i) {
        reader.go_on();
        const auto step = reader.line(" (\\Seen) {900}");
        REQUIRE(step);
        CHECK(std::get<Literal>(*step).of == Literal::Of::message);
        CHECK(reader.text() == " (\\Seen) {900}\r\n");
    }
    reader.go_on();
    CHECK(std::holds_alternative<CommandReader::Complete>(*reader.line("")));
    CHECK(reader.text().empty());
    reader.go_on();
    CHECK(reader.line(std::string(41, 'x')).error().fault == sky::Fault::too_large);
    reader.reset();
    CHECK(std::get<Literal>(*reader.line("a2 LOGIN {5}")).of == Literal::Of::argument);
}

TEST_CASE("the message of REPLACE stands behind number and mailbox", "[imap-proto][rfc8508:5]") {
    for (const std::string start : {"a1 REPLACE 5 ", "a1 uid replace 5 "}) {
        CommandReader reader{ReaderLimits{}};
        CHECK(std::get<Literal>(*reader.line(start + "{6}")).of == Literal::Of::argument);
        reader.literal("Drafts");
        CHECK(std::get<Literal>(*reader.line(" {3}")).of == Literal::Of::message);
        reader.reset();
        CHECK(std::get<Literal>(*reader.line(start + "Drafts CATENATE (URL {300}")).of == Literal::Of::message);
    }
    CommandReader other{ReaderLimits{}};
    CHECK(std::get<Literal>(*other.line("a1 UID FETCH 5 {3}")).of == Literal::Of::argument);
}

TEST_CASE("limits hold for lines, literals and their number", "[imap-proto][rfc9051:4.3]") {
    CommandReader reader{ReaderLimits{.text = 100, .literal = 50, .literals = 80, .literal_count = 3, .message = 0}};
    CHECK(reader.line(std::string(100, 'x')));
    reader.reset();
    CHECK(reader.line(std::string(101, 'x')).error().fault == sky::Fault::too_large);
    reader.reset();
    CHECK_FALSE(reader.line("a {51}"));
    CHECK_FALSE(reader.out_of_step());
    reader.reset();
    CHECK(reader.line("a {50}"));
    CHECK_FALSE(reader.line(" {31}"));
    reader.reset();
    for (int i = 0; i < 3; ++i) CHECK(reader.line("{1}"));
    CHECK_FALSE(reader.line("{1}"));
    reader.reset();
    CHECK_FALSE(reader.line("a {99999999999999999999999}"));
    CHECK_FALSE(reader.line(std::string("a\0b", 3)));
}

TEST_CASE("before sign-in everything together stays below eight kilobytes", "[imap-proto]") {
    CommandReader reader;
    CHECK(reader.line("a LOGIN {4000}"));
    CHECK(reader.line(" {4000}"));
    CHECK_FALSE(reader.line(" {4000}"));
    reader.reset();
    CHECK_FALSE(reader.line("a APPEND INBOX {1}"));
}

TEST_CASE("braces that announce nothing are text", "[imap-proto][rfc9051:4.3]") {
    CommandReader reader;
    for (const char* line : {"a }", "a {}", "a {+}", "a {x}", "a {1}x", "a {-1}"})
        CHECK(std::holds_alternative<CommandReader::Complete>(*reader.line(line)));
}
