#include "imap/progress.h"

#include <catch2/catch.hpp>

#include "net/test/pair.h"
#include "sky/net/line_reader.h"

using namespace sky;
using namespace sky::imapd;
using namespace std::chrono_literals;

namespace {

// A step that lasts until its client has heard so many lines.
Task<Result<int>> until_heard(net::Stream& client, Progress& progress, std::vector<std::string>& heard, int lines) {
    net::LineReader reader(client);
    for (int i = 0; i < lines; ++i) {
        const auto line = co_await reader.line(200);
        if (!line) co_return forward(line);
        heard.emplace_back(*line);
        progress.at(static_cast<std::uint64_t>(i) + 1, 10);
    }
    co_return lines;
}

}  // namespace

TEST_CASE("a long step is told while it lasts, and what it found comes back", "[imap][rfc9585:4]") {
    net::run([]() -> Task<void> {
        net::Pair pair = co_await net::make_pair();
        Progress progress(pair.server, "t1", 1ms);
        std::vector<std::string> heard;
        CHECK((co_await progress.during(until_heard(pair.client, progress, heard, 3))).value() == 3);
        REQUIRE(heard.size() == 3);
        CHECK(heard[0] == "* OK [INPROGRESS (\"t1\" NIL NIL)] Still working");
        CHECK(heard[2] == "* OK [INPROGRESS (\"t1\" 2 10)] Still working");
        // Nothing comes any more once the step is over.
        CHECK((co_await progress.during([]() -> Task<Result<int>> { co_return 7; }())).value() == 7);
        CHECK(co_await pair.server.write("t1 OK done\r\n"));
        net::LineReader reader(pair.client);
        for (;;) {
            const auto line = co_await reader.line(200);
            REQUIRE(line);
            if (*line == "t1 OK done") break;
        }
        CHECK((co_await pair.client.wait_readable(after(20ms))).value() == net::Wake::timeout);
    }());
}

TEST_CASE("a step that throws ends the telling", "[imap]") {
    net::run([]() -> Task<void> {
        net::Pair pair = co_await net::make_pair();
        Progress progress(pair.server, "t1", 1ms);
        bool thrown = false;
        try {
            (void)co_await progress.during([]() -> Task<Result<int>> {
                co_await yield();
                throw std::bad_alloc();
            }());
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
        CHECK(thrown);
    }());
}

TEST_CASE("counts only grow; steps that count differently end the counting", "[imap][rfc9585:4]") {
    CHECK(progress_line("a", 175, 1000) == "* OK [INPROGRESS (\"a\" 175 1000)] Still working\r\n");
    CHECK(progress_line("a", 1000, 1000) == "* OK [INPROGRESS (\"a\" 999 1000)] Still working\r\n");
    CHECK(progress_line("a]b", 0, 1) == "* OK [INPROGRESS (NIL 0 1)] Still working\r\n");
    net::run([]() -> Task<void> {
        net::Pair pair = co_await net::make_pair();
        Progress progress(pair.server, "t1", 1ms);
        progress.at(5, 10);
        progress.at(1, 20);
        progress.at(6, 10);
        std::vector<std::string> heard;
        CHECK(co_await progress.during(until_heard(pair.client, progress, heard, 1)));
        CHECK(heard.at(0) == "* OK [INPROGRESS (\"t1\" NIL NIL)] Still working");
    }());
}
