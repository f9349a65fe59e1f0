#include "sky/redis/subscriber.h"

#include <catch2/catch.hpp>
#include <optional>

#include "redis_server.h"
#include "sky/redis/client.h"

namespace sky::redis {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;
using testing::run;

struct Heard {
    std::vector<std::string> messages;
    int gaps = 0;
    Subscriber::Message message() {
        return [this](std::string_view payload) { messages.emplace_back(payload); };
    }
    Subscriber::Gap gap() {
        return [this] { ++gaps; };
    }
};

template <class Condition>
Task<void> until(Condition condition) {
    for (int i = 0; i < 500 && !condition(); ++i) co_await sleep_for(10ms);
    CHECK(condition());
}

Task<void> publish(Client& client, std::string_view channel, std::string_view text) {
    CHECK(co_await client.command({"PUBLISH", channel, text}, after(5s)));
}

}  // namespace

TEST_CASE("a subscriber hears its channels and no others", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    Subscriber subscriber(io.get_executor(), server.options());
    run(io, [](Client& c, Subscriber& s) -> Task<void> {
        Heard one, two, also_one;
        auto first = s.subscribe("one", one.message(), one.gap());
        std::optional<Subscription> second = s.subscribe("two", two.message(), two.gap());
        co_await until([&] { return s.healthy() && one.gaps == 1 && two.gaps == 1; });
        auto third = s.subscribe("one", also_one.message(), also_one.gap());
        co_await until([&] { return also_one.gaps == 1; });
        co_await publish(c, "one", "a");
        co_await publish(c, "two", "b");
        co_await publish(c, "three", "c");
        co_await until([&] { return two.messages.size() == 1; });
        CHECK(one.messages == std::vector<std::string>{"a"});
        CHECK(also_one.messages == std::vector<std::string>{"a"});
        second.reset();
        co_await publish(c, "two", "unheard");
        co_await publish(c, "one", "d");
        co_await until([&] { return one.messages.size() == 2; });
        CHECK(two.messages == std::vector<std::string>{"b"});
        co_await s.stop();
        co_await c.stop();
    }(client, subscriber));
}

TEST_CASE("unsubscribed and subscribed again at once, only the last counts", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    Subscriber subscriber(io.get_executor(), server.options());
    run(io, [](Client& c, Subscriber& s) -> Task<void> {
        Heard heard;
        auto keep = s.subscribe("other", {});
        co_await until([&] { return s.healthy(); });
        for (int i = 0; i < 5; ++i) static_cast<void>(s.subscribe("x", heard.message(), heard.gap()));
        auto last = s.subscribe("x", heard.message(), heard.gap());
        CHECK_FALSE(s.healthy());
        co_await until([&] { return s.healthy(); });
        CHECK(heard.gaps == 1);
        co_await publish(c, "x", "once");
        co_await until([&] { return !heard.messages.empty(); });
        CHECK(heard.messages == std::vector<std::string>{"once"});
        co_await s.stop();
        co_await c.stop();
    }(client, subscriber));
}

TEST_CASE("callbacks may subscribe and unsubscribe", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    Subscriber subscriber(io.get_executor(), server.options());
    run(io, [](Client& c, Subscriber& s) -> Task<void> {
        std::optional<Subscription> first, second;
        int calls = 0;
        second = s.subscribe("x", [&](std::string_view) { ++calls; });
        first = s.subscribe("x", [&](std::string_view) {
            second.reset();
            first.reset();
        });
        co_await until([&] { return s.healthy(); });
        co_await publish(c, "x", "1");
        co_await publish(c, "x", "2");
        co_await until([&] { return !first; });
        co_await sleep_for(50ms);
        CHECK(calls <= 1);
        co_await s.stop();
        co_await c.stop();
    }(client, subscriber));
}

TEST_CASE("after Redis restarted the subscriber hears again and says what it may have missed", "[redis][chaos]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    Subscriber subscriber(io.get_executor(), server.options());
    Heard heard;
    auto subscription = subscriber.subscribe("x", heard.message(), heard.gap());
    run(io, until([&] { return subscriber.healthy(); }));
    CHECK(heard.gaps == 1);
    server.kill();
    run(io, until([&] { return !subscriber.healthy(); }));
    server.start();
    run(io, until([&] { return subscriber.healthy() && client.connected(); }));
    CHECK(heard.gaps == 2);
    run(io, publish(client, "x", "again"));
    run(io, until([&] { return heard.messages.size() == 1; }));
    run(io, subscriber.stop());
    run(io, client.stop());
}

TEST_CASE("a silent Redis is unhealthy within the second or so, a quiet channel is not", "[redis][chaos]") {
    RedisServer server;
    boost::asio::io_context io;
    Subscriber subscriber(io.get_executor(), server.options());
    Heard heard;
    auto subscription = subscriber.subscribe("x", heard.message(), heard.gap());
    run(io, until([&] { return subscriber.healthy(); }));
    run(io, sleep_for(1500ms));
    CHECK(subscriber.healthy());
    server.freeze();
    run(io, sleep_for(1600ms));
    CHECK_FALSE(subscriber.healthy());
    server.thaw();
    run(io, until([&] { return subscriber.healthy(); }));
    run(io, subscriber.stop());
}

}  // namespace sky::redis
