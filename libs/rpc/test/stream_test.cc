#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <vector>

#include "echo_service.h"
#include "sky/rpc/stream_client.h"
#include "sky/rpc/watch.h"

namespace sky::rpc::testing {
namespace {

using Client = StreamClient<Saying, Saying>;
using namespace std::chrono_literals;

Saying saying(std::string text, std::int64_t number = 0) {
    Saying out;
    out.set_text(std::move(text));
    out.set_number(number);
    return out;
}

struct Talking : Harness {
    std::shared_ptr<Channel> way = channel();
    std::unique_ptr<Echo::Stub> stub = Echo::NewStub(way->grpc());
    Client talk{io.get_executor(), "echo.talk", [this](auto* context, auto* reactor) { stub->async()->Talk(context, reactor); }};
    Client gather{io.get_executor(), "echo.gather", [this](auto* context, auto* reactor) { stub->async()->Gather(context, reactor); }};
    ~Talking() {
        run(io, talk.stop());
        run(io, gather.stop());
    }
};

Task<void> ask(Client& client, Saying request, std::vector<std::string>& heard, int& left) {
    auto reply = co_await client.call(std::move(request), after(5s));
    heard.push_back(reply ? reply->text() : std::string(codes(reply.error().fault).name));
    --left;
}

}  // namespace

TEST_CASE("many calls share one stream and may overtake each other", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        std::vector<std::string> heard;
        int left = 0;
        for (int i = 0; i < 40; ++i) {
            ++left;
            boost::asio::co_spawn(h.io, ask(h.talk, saying(i == 0 ? "slow" : "quick", i == 0 ? 300 : 0), heard, left),
                                  boost::asio::detached);
        }
        while (left > 0) co_await sleep_for(5ms);
        CHECK(heard.size() == 40);
        CHECK(heard.back() == "slow");
        CHECK(std::count(heard.begin(), heard.end(), "quick") == 39);
    }(t));
}

TEST_CASE("the server works on a bounded number of messages of one stream", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        std::vector<std::string> heard;
        int left = 0;
        for (int i = 0; i < 30; ++i) {
            ++left;
            boost::asio::co_spawn(h.io, ask(h.talk, saying("work", 20), heard, left), boost::asio::detached);
        }
        while (left > 0) co_await sleep_for(5ms);
        CHECK(h.shard.most_running == 8);
        CHECK(heard == std::vector<std::string>(30, "work"));
    }(t));
}

TEST_CASE("a message that fails or throws is refused alone", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        auto thrown = co_await h.talk.call(saying("throw"), after(5s));
        REQUIRE(thrown);
        CHECK(thrown->text() == "refused: internal");
        auto failed = co_await h.talk.call(saying("fail"), after(5s));
        REQUIRE(failed);
        CHECK(failed->text() == "refused: over_quota");
        auto good = co_await h.talk.call(saying("good"), after(5s));
        REQUIRE(good);
        CHECK(good->text() == "good");
    }(t));
}

TEST_CASE("a call that waits too long times out and leaves the stream to the others", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        auto late = co_await h.talk.call(saying("late", 500), after(50ms));
        REQUIRE(!late);
        CHECK(late.error().fault == Fault::timeout);
        auto next = co_await h.talk.call(saying("next"), after(5s));
        REQUIRE(next);
        CHECK(next->text() == "next");
    }(t));
}

TEST_CASE("a message in parts gets one reply", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        auto one = h.gather.open();
        auto two = h.gather.open();
        for (int i = 0; i < 50; ++i) {
            REQUIRE(co_await one.write(saying(std::string(65536, 'a')), after(5s)));
            REQUIRE(co_await two.write(saying("b"), after(5s)));
        }
        Saying last;
        last.set_last(true);
        REQUIRE(co_await two.write(last, after(5s)));
        auto second = co_await two.finish(after(5s));
        REQUIRE(second);
        CHECK(second->number() == 50);
        REQUIRE(co_await one.write(last, after(5s)));
        auto first = co_await one.finish(after(5s));
        REQUIRE(first);
        CHECK(first->number() == 50 * 65536);
    }(t));
}

TEST_CASE("when the stream breaks all that wait fail at once, and the next call opens a new one", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        auto warm = h.gather.open();
        Saying last;
        last.set_last(true);
        REQUIRE(co_await warm.write(last, after(5s)));
        REQUIRE(co_await warm.finish(after(5s)));

        auto waiting = h.gather.open();
        REQUIRE(co_await waiting.write(saying("part"), after(5s)));
        auto breaking = h.gather.open();
        REQUIRE(co_await breaking.write(saying("break"), after(5s)));
        auto broken = co_await waiting.finish(after(5s));
        REQUIRE(!broken);
        CHECK(broken.error().fault == Fault::unavailable);
        CHECK_FALSE(co_await waiting.write(saying("too late"), after(5s)));

        auto again = h.gather.open();
        REQUIRE(co_await again.write(last, after(5s)));
        CHECK(co_await again.finish(after(5s)));
    }(t));
}

TEST_CASE("a server that restarts is found again by the stream", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> { CHECK(co_await h.talk.call(saying("one"), after(5s))); }(t));
    t.stop(0ms);
    run(t.io, [](Talking& h) -> Task<void> {
        auto away = co_await h.talk.call(saying("two"), after(5s), Retry::once);
        REQUIRE(!away);
        CHECK(away.error().fault == Fault::unavailable);
    }(t));
    t.start();
    run(t.io, [](Talking& h) -> Task<void> {
        bool again = false;
        for (int i = 0; i < 100 && !again; ++i) {
            again = (co_await h.talk.call(saying("three"), after(5s))).has_value();
            if (!again) co_await sleep_for(50ms);
        }
        CHECK(again);
    }(t));
}

TEST_CASE("a quiet stream that broke long ago does not fail the next call", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> { CHECK(co_await h.talk.call(saying("one"), after(5s))); }(t));
    t.stop(0ms);
    run(t.io, [](Talking& h) -> Task<void> {
        co_await sleep_for(200ms);                                    // the break is noticed
        CHECK_FALSE(co_await h.talk.call(saying("two"), after(5s)));  // tried in vain: a pause is due
    }(t));
    t.start();
    run(t.io, [](Talking& h) -> Task<void> {
        co_await sleep_for(1500ms);
        CHECK(co_await h.talk.call(saying("three"), after(5s)));
    }(t));
}

TEST_CASE("a draining shard answers what it was asked, then ends its streams", "[rpc]") {
    Talking t;
    run(t.io, [](Talking& h) -> Task<void> {
        CHECK(co_await h.talk.call(saying("one"), after(5s)));
        std::vector<std::string> heard;
        int left = 1;
        boost::asio::co_spawn(h.io, ask(h.talk, saying("in flight", 200), heard, left), boost::asio::detached);
        co_await sleep_for(100ms);
        co_await h.service.shards.leave(0, after(5s));
        while (left > 0) co_await sleep_for(5ms);
        CHECK(heard == std::vector<std::string>{"in flight"});
    }(t));
}

TEST_CASE("a watch hears everything, says when it is lost, and comes back", "[rpc]") {
    Talking t;
    std::vector<std::int64_t> heard;
    int lost = 0;
    Watch<Saying, Saying> watch(t.io.get_executor(), "echo.count",
                                [&](auto* context, auto* request, auto* reactor) { t.stub->async()->Count(context, request, reactor); },
                                {.request = [] { return saying("", 5); },
                                 .heard = [&](Saying reply) { heard.push_back(reply.number()); },
                                 .lost = [&] { ++lost; }});
    auto until = [](std::vector<std::int64_t>& list, std::size_t size) -> Task<void> {
        for (int i = 0; i < 400 && list.size() < size; ++i) co_await sleep_for(20ms);
    };
    run(t.io, until(heard, 5));
    CHECK(heard == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(lost == 0);
    t.stop(0ms);
    run(t.io, sleep_for(200ms));
    CHECK(lost >= 1);
    t.start();
    run(t.io, until(heard, 10));
    CHECK(heard == std::vector<std::int64_t>{1, 2, 3, 4, 5, 1, 2, 3, 4, 5});
    run(t.io, watch.stop());
}

}  // namespace sky::rpc::testing
