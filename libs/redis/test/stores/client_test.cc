#include "sky/redis/client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

#include "redis_server.h"

namespace sky::redis {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;
using testing::run;

Task<void> until_connected(Client& client, bool wanted = true) {
    for (int i = 0; i < 400 && client.connected() != wanted; ++i) co_await sleep_for(20ms);
    CHECK(client.connected() == wanted);
}

Task<void> echo(Client& client, int number, int& left) {
    const std::string text = std::to_string(number);
    auto reply = co_await client.command({"ECHO", text}, after(5s));
    if (reply && reply->text == text) --left;
}

}  // namespace

TEST_CASE("commands made before the first connection wait for it", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](Client& c) -> Task<void> {
        auto pong = co_await c.command({"PING"}, after(5s));
        REQUIRE(pong);
        CHECK(pong->text == "PONG");
        CHECK((co_await c.command({"SET", "k", std::string_view("a\0b\r\n", 5)}, after(5s))));
        auto value = co_await c.command({"GET", "k"}, after(5s));
        REQUIRE(value);
        CHECK(value->text == std::string("a\0b\r\n", 5));
        auto none = co_await c.command({"GET", "nothing"}, after(5s));
        REQUIRE(none);
        CHECK(none->is_nil());
        co_await c.stop();
    }(client));
}

TEST_CASE("many coroutines share the connection and each hears its own reply", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](boost::asio::io_context& context, Client& c) -> Task<void> {
        int left = 500;
        for (int i = 0; i < 500; ++i) boost::asio::co_spawn(context, echo(c, i, left), boost::asio::detached);
        for (int i = 0; i < 500 && left > 0; ++i) co_await sleep_for(10ms);
        CHECK(left == 0);
        co_await c.stop();
    }(io, client));
}

TEST_CASE("error replies are errors; in a pipeline they stand in their place", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](Client& c) -> Task<void> {
        CHECK(co_await c.command({"SET", "text", "x"}, after(5s)));
        auto wrong = co_await c.command({"INCR", "text"}, after(5s));
        REQUIRE(!wrong);
        CHECK(wrong.error().fault == Fault::internal);
        std::vector<std::vector<std::string>> commands{{"INCR", "n"}, {"INCR", "text"}, {"INCR", "n"}};
        auto replies = co_await c.pipeline(commands, after(5s));
        REQUIRE(replies);
        CHECK((*replies)[0].integer == 1);
        CHECK((*replies)[1].kind == Value::Kind::error);
        CHECK((*replies)[2].integer == 2);
        co_await c.stop();
    }(client));
}

TEST_CASE("a script runs, also after Redis forgot it", "[redis]") {
    static constexpr Script add{"return redis.call('INCRBY', KEYS[1], ARGV[1])"};
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](Client& c) -> Task<void> {
        const std::string_view keys[] = {"n"};
        const std::string_view arguments[] = {"5"};
        for (int i = 1; i <= 3; ++i) {
            auto sum = co_await c.run(add, keys, arguments, after(5s));
            REQUIRE(sum);
            CHECK(sum->integer == 5 * i);
            if (i == 2) {
                CHECK((co_await c.command({"SCRIPT", "FLUSH"}, after(5s))));
            }
        }
        co_await c.stop();
    }(client));
}

TEST_CASE("while Redis is away commands fail at once, and work again when it is back", "[redis][chaos]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](Client& c) -> Task<void> { CHECK(co_await c.command({"PING"}, after(5s))); }(client));
    server.kill();
    run(io, [](Client& c) -> Task<void> {
        co_await until_connected(c, false);
        int failed = 0;
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i) {
            auto reply = co_await c.command({"PING"}, after(5s));
            if (!reply && reply.error().fault == Fault::unavailable) ++failed;
        }
        CHECK(failed == 100);
        CHECK(std::chrono::steady_clock::now() - begin < 2s);  // not one timeout each
    }(client));
    server.start();
    run(io, [](Client& c) -> Task<void> {
        co_await until_connected(c);
        CHECK(co_await c.command({"PING"}, after(5s)));
        co_await c.stop();
        CHECK_FALSE(co_await c.command({"PING"}, after(5s)));
    }(client));
}

TEST_CASE("a Redis that accepts but does not answer is taken as away", "[redis][chaos]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](Client& c) -> Task<void> { CHECK(co_await c.command({"PING"}, after(5s))); }(client));
    server.freeze();
    run(io, [](Client& c) -> Task<void> {
        auto late = co_await c.command({"PING"}, after(200ms));
        REQUIRE(!late);
        CHECK(late.error().fault == Fault::timeout);
        co_await until_connected(c, false);
        CHECK(c.waiting() == 0);
    }(client));
    server.thaw();
    run(io, [](Client& c) -> Task<void> {
        co_await until_connected(c);
        auto pong = co_await c.command({"ECHO", "in step"}, after(5s));
        REQUIRE(pong);
        CHECK(pong->text == "in step");
        co_await c.stop();
    }(client));
}

TEST_CASE("a reply that comes after its deadline does not shift the others", "[redis]") {
    RedisServer server;
    boost::asio::io_context io;
    Client client(io.get_executor(), server.options());
    run(io, [](RedisServer& s, Client& c) -> Task<void> {
        CHECK(co_await c.command({"PING"}, after(5s)));
        s.freeze();
        CHECK_FALSE(co_await c.command({"ECHO", "late"}, after(100ms)));
        s.thaw();
        auto reply = co_await c.command({"ECHO", "mine"}, after(5s));
        REQUIRE(reply);
        CHECK(reply->text == "mine");
        co_await c.stop();
    }(server, client));
}

TEST_CASE("signs in with password, or as a user of the ACL; is away when it may not", "[redis]") {
    RedisServer server({"--requirepass", "open sesame", "--user", "sky", "on", ">hush", "~*", "&*", "+@all"});
    boost::asio::io_context io;
    Options options = server.options();
    Client stranger(io.get_executor(), options);
    options.password = "open sesame";
    Client known(io.get_executor(), options);
    options.username = "sky";
    options.password = "hush";
    Client user(io.get_executor(), options);
    run(io, [](Client& no, Client& yes, Client& acl) -> Task<void> {
        CHECK(co_await yes.command({"PING"}, after(5s)));
        auto who = co_await acl.command({"ACL", "WHOAMI"}, after(5s));
        REQUIRE(who);
        CHECK(who->text == "sky");
        auto refused = co_await no.command({"PING"}, after(2s));
        REQUIRE(!refused);
        CHECK(refused.error().fault == Fault::unavailable);
        co_await no.stop();
        co_await yes.stop();
        co_await acl.stop();
    }(stranger, known, user));
}

}  // namespace sky::redis
