#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "pair.h"
#include "sky/net/line_reader.h"

using namespace sky;
using namespace sky::net;
using namespace std::chrono_literals;

TEST_CASE("octets cross in both directions, gathered or not, and the end is told", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        CHECK(pair.client.peer() == pair.server.local());
        CHECK(pair.server.peer() == pair.client.local());
        const std::vector<std::string_view> parts{"one ", "", "two ", "three"};
        CHECK(co_await pair.client.write(parts));
        std::string got(13, '\0');
        LineReader reader(pair.server);
        CHECK((co_await reader.exactly(13)).value() == "one two three");
        CHECK(co_await pair.server.write("bye"));
        pair.server.close();
        LineReader end(pair.client);
        CHECK((co_await end.exactly(3)).value() == "bye");
        const auto after_end = co_await end.exactly(1);
        REQUIRE_FALSE(after_end);
        CHECK(is_eof(after_end.error()));
    }());
}

TEST_CASE("large writes meet back-pressure and arrive whole", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        constexpr std::size_t size = 8 * 1024 * 1024;
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("writer", [](Stream& to) -> Task<void> {
            const std::string part(size / 4, 'x');
            const std::vector<std::string_view> parts{part, part, part, part};
            CHECK(co_await to.write(parts));
            to.close();
        }(pair.client));
        LineReader reader(pair.server);
        std::size_t total = 0;
        for (;;) {
            const auto part = co_await reader.read_upto(100'000);
            if (!part) break;
            total += part->size();
        }
        CHECK(total == size);
        co_await group.stop(after(1s));
    }());
}

TEST_CASE("a silent peer is a timeout, and the stream can still be used", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        pair.server.expires_after(10ms);
        LineReader reader(pair.server);
        CHECK((co_await reader.line(100)).error().fault == Fault::timeout);
        CHECK(co_await pair.client.write("hal"));
        CHECK((co_await reader.line(100)).error().fault == Fault::timeout);
        CHECK(co_await pair.client.write("lo\r\n"));
        CHECK((co_await reader.line(100)).value() == "hallo");
        pair.server.expires_after(1h);
        pair.server.expires_at(after(10ms));
        CHECK((co_await reader.line(100)).error().fault == Fault::timeout);
    }());
}

TEST_CASE("a slow dribble does not stretch a line's deadline", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        pair.server.expires_after(30ms);
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("dribble", [](Stream& to) -> Task<void> {
            for (;;) {
                (void)co_await to.write("x");
                co_await sleep_for(5ms);
            }
        }(pair.client));
        LineReader reader(pair.server);
        CHECK((co_await reader.line(1000)).error().fault == Fault::timeout);
        co_await group.stop(after(1s));
    }());
}

TEST_CASE("a peer that reads nothing is a timeout for the writer", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        pair.server.expires_after(20ms);
        const std::string much(32 * 1024 * 1024, 'x');
        CHECK((co_await pair.server.write(much)).error().fault == Fault::timeout);
    }());
}

TEST_CASE("cancel and close end what is pending", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("canceller", [](Stream& stream) -> Task<void> {
            co_await sleep_for(2ms);
            stream.cancel();
            co_await sleep_for(2ms);
            stream.close();
        }(pair.server));
        LineReader reader(pair.server);
        CHECK((co_await reader.line(10)).error().fault == Fault::timeout);
        CHECK((co_await reader.line(10)).error().fault == Fault::unavailable);
        co_await group.stop(after(1s));
        // A group's cancellation unwinds a session that waits for its client.
        Pair other = co_await make_pair();
        Group sessions(co_await boost::asio::this_coro::executor);
        sessions.spawn("session", [](Stream stream) -> Task<void> {
            LineReader lines(stream);
            (void)co_await lines.line(10);
        }(std::move(other.server)));
        co_await yield();
        co_await sessions.stop(after(1s));
        CHECK(sessions.count() == 0);
    }());
}

TEST_CASE("shutdown delivers the last words although the peer still sends", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        CHECK(co_await pair.client.write(std::string(5000, 'x')));
        CHECK(co_await pair.server.write("421 closing\r\n"));
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("shutdown", [](Stream& stream) -> Task<void> { co_await stream.shutdown(); }(pair.server));
        LineReader reader(pair.client);
        CHECK((co_await reader.line(100)).value() == "421 closing");
        CHECK(is_eof((co_await reader.line(100)).error()));
        pair.client.close();
        CHECK(co_await group.join(after(1s)));
        CHECK_FALSE(pair.server.is_open());
    }());
}

TEST_CASE("an idle session wakes for input, for an event, or at its deadline, and loses nothing", "[net][rfc2177:3]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        LineReader reader(pair.server);
        Event event;
        CHECK((co_await reader.wait_input_or(event, after(5ms))).value() == Wake::timeout);
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("notifier", [](Event& on) -> Task<void> {
            co_await sleep_for(2ms);
            on.notify_all();
        }(event));
        CHECK((co_await reader.wait_input_or(event, after(5s))).value() == Wake::event);
        CHECK(co_await pair.client.write("DO"));
        CHECK((co_await reader.wait_input_or(event, after(5s))).value() == Wake::input);
        CHECK(co_await pair.client.write("NE\r\nnext"));
        CHECK((co_await reader.line(10)).value() == "DONE");
        CHECK((co_await reader.wait_input_or(event, after(5s))).value() == Wake::input);
        CHECK((co_await reader.exactly(4)).value() == "next");
        // While it waits, somebody else may write to the client.
        group.spawn("writer", [](Stream& to, Event& on) -> Task<void> {
            CHECK(co_await to.write("* 1 EXISTS\r\n"));
            on.notify_all();
        }(pair.server, event));
        CHECK((co_await reader.wait_input_or(event, after(5s))).value() == Wake::event);
        pair.client.close();
        CHECK((co_await reader.wait_input_or(event, after(5s))).value() == Wake::input);
        CHECK(is_eof((co_await reader.line(10)).error()));
    }());
}

TEST_CASE("connecting names what failed", "[net]") {
    run([]() -> Task<void> {
        const auto refused = co_await connect("127.0.0.1", 1, nullptr, after(1s));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::unavailable);
        CHECK(refused.error().reason.find("127.0.0.1:1") != std::string::npos);
        CHECK_FALSE(co_await connect("host.invalid", 25, nullptr, after(2s)));
    }());
}
