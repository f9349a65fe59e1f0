// The counts of sent messages in Redis: of all shards and replicas together, and what happens without it.
#include "smtp/sends.h"

#include <catch2/catch.hpp>

#include "redis_server.h"
#include "sky/async/group.h"
#include "sky/redis/client.h"

using namespace sky;
using namespace sky::smtpd;
using namespace std::chrono_literals;
using sky::redis::testing::RedisServer;
using sky::redis::testing::run;

namespace {
constexpr AccountId ada{7};

// Two shards beside one Redis.
struct Pair {
    RedisServer server;
    boost::asio::io_context context;
    ManualClock clock;
    redis::Client here{context.get_executor(), server.options()}, there{context.get_executor(), server.options()};
    Sends one{context.get_executor(), &here, clock}, two{context.get_executor(), &there, clock};

    Pair() { run(context, connected(*this, true)); }
    ~Pair() {
        run(context, [](Pair& pair) -> Task<void> {
            for (auto* sends : {&pair.one, &pair.two}) co_await sends->stop(after(5s));
            for (auto* client : {&pair.here, &pair.there}) co_await client->stop();
        }(*this));
    }
    static Task<void> connected(Pair& pair, bool wanted) {
        const auto done = [&] { return pair.here.connected() == wanted && pair.there.connected() == wanted; };
        for (int i = 0; i < 400 && !done(); ++i) co_await sleep_for(20ms);
        CHECK(done());
    }
    // As Redis has it, once all that was said has arrived.
    Task<std::int64_t> counted(AccountId account, std::int64_t wanted) {
        const auto key = "smtp:sent:{" + std::to_string(account.value) + "}:h" + std::to_string(windows_at(clock.now()).hour);
        std::int64_t found = -1;
        for (int i = 0; i < 200 && found != wanted; ++i) {
            auto value = (co_await here.command({"GET", key}, after(5s))).value();
            found = value.is_text() ? std::stoll(value.text) : 0;
            if (found != wanted) co_await sleep_for(10ms);
        }
        co_return found;
    }
};

Task<void> take_into(Sends& sends, std::vector<Sends::Ticket>& held, int& refused) {
    auto taken = co_await sends.take(ada, {.hour = 7});
    if (taken)
        held.push_back(std::move(*taken));
    else
        ++refused;
}
}  // namespace

TEST_CASE("shards count together, and all at once they don't pass the limit", "[smtp][limits]") {
    Pair pair;
    run(pair.context, [](Pair& p) -> Task<void> {
        std::vector<Sends::Ticket> held;
        int refused = 0;
        Group group(p.context.get_executor());
        for (int i = 0; i < 20; ++i) group.spawn("test.take", take_into(i % 2 == 0 ? p.one : p.two, held, refused));
        CHECK(co_await group.join(after(10s)));
        CHECK(held.size() == 7);
        CHECK(refused == 13);
        const auto full = co_await p.two.take(ada, {.hour = 7});
        REQUIRE_FALSE(full);
        CHECK(full.error().fault == Fault::limit);
        CHECK(full.error().text == "you may send 7 messages an hour, try again in 47 minutes");
        CHECK(co_await p.two.take(AccountId{8}, {.hour = 7}));
        held.pop_back();
        CHECK(co_await p.counted(ada, 6) == 6);
        held.clear();
        CHECK(co_await p.counted(ada, 0) == 0);
    }(pair));
}

TEST_CASE("a message under one id counts once, wherever it comes again", "[smtp][limits]") {
    Pair pair;
    run(pair.context, [](Pair& p) -> Task<void> {
        const auto ingest = new_uuid(p.clock.now());
        for (auto* sends : {&p.one, &p.two, &p.one}) {
            auto ticket = (co_await sends->take(ada, {.hour = 10})).value();
            ticket.keep(ingest);
        }
        CHECK(co_await p.counted(ada, 1) == 1);
        auto other = (co_await p.two.take(ada, {.hour = 10})).value();
        other.keep(new_uuid(p.clock.now()));
        CHECK(co_await p.counted(ada, 2) == 2);
        p.clock.advance(1h);
        CHECK(co_await p.counted(ada, 0) == 0);
    }(pair));
}

TEST_CASE("without Redis each shard counts by itself, and what it saw a flush does not forgive", "[smtp][limits][contract:R7]") {
    Pair pair;
    std::vector<Sends::Ticket> held;
    int refused = 0;
    run(pair.context, [](Pair& p, std::vector<Sends::Ticket>& kept, int& no) -> Task<void> {
        for (int i = 0; i < 3; ++i) co_await take_into(p.one, kept, no);
        CHECK(co_await p.here.command({"FLUSHALL"}, after(5s)));
        for (int i = 0; i < 10; ++i) co_await take_into(p.one, kept, no);
        CHECK(kept.size() == 7);  // not ten
    }(pair, held, refused));
    pair.server.kill();
    run(pair.context, [](Pair& p, std::vector<Sends::Ticket>& kept, int& no) -> Task<void> {
        co_await Pair::connected(p, false);
        for (int i = 0; i < 10; ++i) co_await take_into(p.two, kept, no);
        CHECK(kept.size() == 14);  // the other shard has not seen the first seven: a limit each, but no open door
        CHECK(no == 3 + 6);
        kept.clear();
        co_await take_into(p.one, kept, no);
        CHECK(kept.size() == 1);
    }(pair, held, refused));
    held.clear();
    pair.server.start();
    run(pair.context, Pair::connected(pair, true));
}

TEST_CASE("a place that was given back is free at once, although Redis hears of it later", "[smtp]") {
    Pair pair;
    run(pair.context, [](Pair& pair) -> Task<void> {
        for (int i = 0; i < 5; ++i) {
            {
                auto held = co_await pair.one.take(ada, {.hour = 1});
                REQUIRE(held);
            }
            auto again = co_await pair.one.take(ada, {.hour = 1});
            CHECK(again);
        }
    }(pair));
}
