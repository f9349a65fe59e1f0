#include "sky/presence/presence.h"

#include <catch2/catch.hpp>
#include <optional>

#include "redis_server.h"

namespace sky::presence {
namespace {

using namespace std::chrono_literals;
using redis::testing::RedisServer;
using redis::testing::run;

struct Gateway {
    RedisServer server;
    boost::asio::io_context io;
    ManualClock clock;
    redis::Client client{io.get_executor(), server.options()};
    redis::Subscriber subscriber{io.get_executor(), server.options()};
    Registry registry{io.get_executor(), client, subscriber, clock, 200ms};
    std::vector<std::string> ended;

    Session session(std::string id, std::int64_t account, std::int64_t tenant = 1) {
        Session out;
        out.id = std::move(id);
        out.account = AccountId{account};
        out.tenant = TenantId{tenant};
        out.address = "user" + std::to_string(account) + "@example.test";
        out.protocol = "imap";
        out.remote = "192.0.2.7";
        out.since = clock.now();
        out.instance = "imap-1";
        return out;
    }
    Entry add(std::string id, std::int64_t account, std::int64_t tenant = 1) {
        return registry.add(session(id, account, tenant),
                            [this, id](std::string_view text) { ended.push_back(id + ": " + std::string(text)); });
    }
    ~Gateway() {
        run(io, registry.stop());
        run(io, subscriber.stop());
        run(io, client.stop());
    }
};

Task<std::vector<std::string>> ids(Gateway& g, Filter filter) {
    auto sessions = co_await list(g.client, filter, after(5s));
    std::vector<std::string> out;
    if (!sessions) co_return std::vector<std::string>{"away"};
    for (const auto& session : *sessions) out.push_back(session.id);
    co_return out;
}

// Waits until the sessions listed are these.
Task<void> expect(Gateway& g, Filter filter, std::vector<std::string> wanted) {
    std::vector<std::string> seen;
    for (int i = 0; i < 300; ++i) {
        seen = co_await ids(g, filter);
        if (seen == wanted) break;
        co_await sleep_for(20ms);
    }
    CHECK(seen == wanted);
}

}  // namespace

TEST_CASE("sessions are listed by account, tenant and all, and vanish when they end", "[presence]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        auto a = g.add("a", 1);
        g.clock.advance(1s);
        auto b = g.add("b", 2);
        g.clock.advance(1s);
        std::optional<Entry> c = g.add("c", 1, 9);
        co_await expect(g, {}, {"a", "b", "c"});
        co_await expect(g, {.id = "b"}, {"b"});
        co_await expect(g, {.account = AccountId{1}}, {"a", "c"});
        co_await expect(g, {.tenant = TenantId{9}}, {"c"});
        co_await expect(g, {.id = "nobody"}, {});
        c.reset();
        co_await expect(g, {}, {"a", "b"});
        co_await expect(g, {.account = AccountId{1}}, {"a"});
    }(gateway));
}

TEST_CASE("a session shows who, from where, with what and since when", "[presence]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        auto entry = g.add("a", 1);
        entry.set_client("Thunderbird\r\n\x1b[31m 128");
        const Time begin = g.clock.now();
        g.clock.advance(60s);
        entry.idle();
        co_await expect(g, {}, {"a"});
        Session seen;
        for (int i = 0; i < 100 && seen.idle_since == Time{}; ++i) {
            co_await sleep_for(20ms);
            auto sessions = co_await list(g.client, {}, after(5s));
            if (sessions && !sessions->empty()) seen = sessions->front();
        }
        CHECK(seen.address == "user1@example.test");
        CHECK(seen.protocol == "imap");
        CHECK(seen.remote == "192.0.2.7");
        CHECK(seen.instance == "imap-1");
        CHECK(seen.tenant == TenantId{1});
        CHECK(seen.account == AccountId{1});
        CHECK(seen.since == begin);
        CHECK(seen.idle_since == begin + 60s);
        CHECK(seen.client == "Thunderbird\\x0d\\x0a\\x1b[31m 128");
        auto left = co_await g.client.command({"TTL", "presence:session:a"}, after(5s));
        REQUIRE(left);
        CHECK(left->integer > 100);
        CHECK(left->integer <= lease.count());
    }(gateway));
}

TEST_CASE("ending tells the sessions that match, with the reason", "[presence]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        auto a = g.add("a", 1);
        auto b = g.add("b", 1);
        auto c = g.add("c", 2);
        co_await expect(g, {}, {"a", "b", "c"});
        for (int i = 0; i < 300 && !g.subscriber.healthy(); ++i) co_await sleep_for(10ms);
        auto one = co_await end(g.client, {.id = "c"}, "Signed out by the administrator", after(5s));
        REQUIRE(one);
        CHECK(*one == 1);
        auto two = co_await end(g.client, {.account = AccountId{1}}, "Password changed", after(5s));
        REQUIRE(two);
        CHECK(*two == 2);
        for (int i = 0; i < 300 && g.ended.size() < 3; ++i) co_await sleep_for(10ms);
        std::sort(g.ended.begin(), g.ended.end());
        CHECK(g.ended == std::vector<std::string>{"a: Password changed", "b: Password changed", "c: Signed out by the administrator"});
        auto all = co_await end(g.client, {}, "everyone out", after(5s));
        REQUIRE(!all);
        CHECK(all.error().fault == Fault::syntax);
    }(gateway));
}

TEST_CASE("a session may leave inside the call that ends it", "[presence]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        std::vector<Entry> entries(2);
        for (std::size_t i = 0; i < 2; ++i)
            entries[i] = g.registry.add(g.session("s" + std::to_string(i), 1), [&entries](std::string_view) { entries.clear(); });
        co_await expect(g, {}, {"s0", "s1"});
        for (int i = 0; i < 300 && !g.subscriber.healthy(); ++i) co_await sleep_for(10ms);
        CHECK(co_await end(g.client, {.account = AccountId{1}}, "out", after(5s)));
        co_await expect(g, {}, {});
    }(gateway));
}

TEST_CASE("FLUSHALL is repaired by the next renewal", "[presence][chaos]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        auto a = g.add("a", 1);
        auto b = g.add("b", 2);
        co_await expect(g, {}, {"a", "b"});
        CHECK((co_await g.client.command({"FLUSHALL"}, after(5s))));
        co_await expect(g, {}, {"a", "b"});
        co_await expect(g, {.account = AccountId{2}}, {"b"});
        CHECK((co_await g.client.command({"DEL", "presence:account:2"}, after(5s))));
        co_await expect(g, {.account = AccountId{2}}, {"b"});
    }(gateway));
}

TEST_CASE("sessions come and go while Redis is away; those that live are there when it is back", "[presence][chaos]") {
    Gateway gateway;
    std::optional<Entry> before = gateway.add("before", 1);
    auto stays = gateway.add("stays", 1);
    run(gateway.io, expect(gateway, {}, {"before", "stays"}));
    gateway.server.kill();
    auto fresh = gateway.add("fresh", 2);
    before.reset();
    run(gateway.io, sleep_for(300ms));
    run(gateway.io, expect(gateway, {}, {"away"}));
    gateway.server.start();
    run(gateway.io, expect(gateway, {}, {"fresh", "stays"}));
}

TEST_CASE("a gateway that stops takes its sessions with it", "[presence]") {
    Gateway gateway;
    auto a = gateway.add("a", 1);
    run(gateway.io, expect(gateway, {}, {"a"}));
    run(gateway.io, gateway.registry.stop());
    run(gateway.io, expect(gateway, {}, {}));
}

TEST_CASE("five hundred sessions are renewed in batches", "[presence]") {
    Gateway gateway;
    run(gateway.io, [](Gateway& g) -> Task<void> {
        std::vector<Entry> entries;
        for (int i = 0; i < 500; ++i) entries.push_back(g.add("s" + std::to_string(i), i % 7 + 1));
        for (int round = 0; round < 2; ++round) {
            std::size_t seen = 0;
            for (int i = 0; i < 300 && seen < 500; ++i) {
                seen = (co_await ids(g, {})).size();
                if (seen < 500) co_await sleep_for(20ms);
            }
            CHECK(seen == 500);
            CHECK((co_await g.client.command({"FLUSHALL"}, after(5s))));
        }
    }(gateway));
}

}  // namespace sky::presence
