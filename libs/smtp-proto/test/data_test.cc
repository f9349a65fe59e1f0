#include <catch2/catch.hpp>
#include <vector>

#include "sky/smtp-proto/data.h"

using namespace sky;
using namespace std::string_literals;

namespace {
struct Outcome {
    std::string message, rest;
    bool complete = false;
    smtp::Violations violations;
    std::uint64_t size = 0;
    bool operator==(const Outcome&) const = default;
};
Outcome read(const std::vector<std::string_view>& pieces, std::uint64_t max = 100000) {
    smtp::DataReader reader(max);
    Outcome outcome;
    for (const auto piece : pieces) {
        const auto taken = reader.feed(piece, outcome.message);
        outcome.rest += piece.substr(taken);
    }
    outcome.complete = reader.complete();
    outcome.violations = reader.violations();
    outcome.size = reader.size();
    return outcome;
}
std::string stuffed(std::string_view message) {
    smtp::DataWriter writer;
    std::string out;
    writer.feed(message, out);
    writer.finish(out);
    return out;
}
}  // namespace

TEST_CASE("dots are removed and only CRLF dot CRLF ends", "[smtp][rfc5321:4.5.2]") {
    CHECK(read({".\r\nQUIT\r\n"}).message.empty());
    CHECK(read({".\r\nQUIT\r\n"}).rest == "QUIT\r\n");
    CHECK(read({"a\r\n..\r\n..b\r\n.\r\n"}).message == "a\r\n.\r\n.b\r\n");
    CHECK(read({"a\r\n.b\r\n.\r\n"}).message == "a\r\nb\r\n");
    CHECK_FALSE(read({"a\r\n.\r\n"}).violations.any());
    CHECK_FALSE(read({"a.\r\n"}).complete);
}

// Contract S01: what other servers take for an end. Whatever follows is still data, and the whole is refused.
TEST_CASE("no smuggled end of data ends the data", "[smtp][rfc5321:4.1.1.4]") {
    for (const auto& end : {"\n.\n"s, "\r.\r"s, "\r.\n"s, "\n.\r"s, "\n.\r\n"s, "\r\n.\n"s, "\r.\r\n"s, "\r\n.\r"s, "\r\n.\r\r\n"s,
                            "\r\r\n.\r\r\n"s, "\r\n\0.\r\n"s, "\r\n.\0\r\n"s, "\r\n\0.\0\r\n"s}) {
        const std::string wire = "Subject: x\r\n\r\nbody" + end + "MAIL FROM:<evil@example.test>\r\n";
        const auto whole = read({wire});
        CHECK_FALSE(whole.complete);
        CHECK(whole.violations.any());
        CHECK(whole.rest.empty());
        const auto finished = read({wire, "\r\n.\r\nQUIT\r\n"});
        CHECK(finished.complete);
        CHECK(finished.rest == "QUIT\r\n");
        for (std::size_t at = 0; at <= wire.size(); ++at) {
            const std::string_view view = wire;
            CHECK(read({view.substr(0, at), view.substr(at)}) == whole);
        }
    }
}

TEST_CASE("byte by byte gives the same as at once", "[smtp][rfc5321:4.5.2]") {
    for (const auto& wire : {"a\r\n..b\r\n.\r\nrest"s, ".\r\n"s, "..\r\n.\r\n"s, "a\rb\r\n.\r\n"s, "\r\n\r\n.\r\n"s,
                             std::string(9000, 'x') + "\r\n.\r\n", "x\r\r\n.\r\n"s, ".\r.\r\n.\r\n"s}) {
        std::vector<std::string_view> bytes;
        for (const char& c : wire) bytes.emplace_back(&c, 1);
        CHECK(read(bytes) == read({wire}));
    }
}

TEST_CASE("long lines and large messages are violations", "[smtp][rfc5321:4.5.3.1]") {
    CHECK_FALSE(read({std::string(8190, 'x') + "\r\n.\r\n"}).violations.any());
    CHECK(read({std::string(8191, 'x') + "\r\n.\r\n"}).violations.long_line);
    CHECK_FALSE(read({"12345678\r\n.\r\n"}, 10).violations.too_large);
    const auto large = read({"123456789\r\n.\r\n"}, 10);
    CHECK(large.violations.too_large);
    CHECK(large.complete);
    CHECK(large.size == 11);
}

TEST_CASE("what is stuffed comes out as it was", "[smtp][rfc5321:4.5.2]") {
    for (const auto& message : {""s, ".\r\n"s, "..\r\n.\r\n"s, "a\r\n.b\r\n\r\n"s, "\r\n"s}) {
        const auto outcome = read({stuffed(message)});
        CHECK(outcome.message == message);
        CHECK(outcome.complete);
        CHECK(outcome.rest.empty());
    }
}

TEST_CASE("nothing bare is ever sent", "[smtp][rfc5321:2.3.8]") {
    CHECK(stuffed("a\n.\nb\r.\rc") == "a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n");
    CHECK(stuffed("a\r") == "a\r\n.\r\n");
    CHECK(stuffed("a\r\r\n") == "a\r\n\r\n.\r\n");
    smtp::DataWriter writer;
    std::string out;
    writer.feed("a\r", out);
    writer.feed("\n.b", out);
    writer.finish(out);
    CHECK(out == "a\r\n..b\r\n.\r\n");
}

TEST_CASE("sent lines end at 998 octets", "[smtp][rfc5321:4.5.3.1.6]") {
    CHECK(stuffed(std::string(998, 'x')) == std::string(998, 'x') + "\r\n.\r\n");
    CHECK(stuffed(std::string(999, 'x')) == std::string(998, 'x') + "\r\n x\r\n.\r\n");
}
