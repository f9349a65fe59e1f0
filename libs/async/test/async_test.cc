// Runs coroutines on a private io_context; nothing waits longer than a few milliseconds.
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sky/async/both.h"
#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/async/offload.h"
#include "sky/async/report.h"
#include "sky/async/semaphore.h"
#include "sky/async/shards.h"
#include "sky/async/timer.h"

using namespace sky;
using namespace std::chrono_literals;

namespace {

void run(Task<void> task) {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(task), [&failure](std::exception_ptr thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

std::vector<std::string> reports;
void remember(std::string_view event, std::string_view subject, std::string_view reason) {
    reports.push_back(std::string(event) + "|" + std::string(subject) + "|" + std::string(reason));
}
struct Remembering {
    Remembering() {
        reports.clear();
        set_report_hook(remember);
    }
    ~Remembering() { set_report_hook(nullptr); }
};

Task<void> count_to_end(int& ended) {
    struct AtEnd {
        int& ended;
        ~AtEnd() { ++ended; }
    } at_end{ended};
    co_await sleep_for(1h);
}
Task<void> fails() {
    co_await yield();
    throw std::runtime_error("lost its way");
}
Task<void> ignores_cancellation(bool& go) {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    while (!go) co_await sleep_for(1ms);
}

}  // namespace

TEST_CASE("a group cancels and joins what it spawned", "[async]") {
    int ended = 0;
    run([](int& count) -> Task<void> {
        Group group(co_await boost::asio::this_coro::executor);
        for (int i = 0; i < 3; ++i) group.spawn("sleeper", count_to_end(count));
        CHECK(group.count() == 3);
        co_await yield();
        CHECK_FALSE(co_await group.join(after(1ms)));
        co_await group.stop(after(1s));
        CHECK(group.count() == 0);
        group.spawn("too late", count_to_end(count));
        CHECK(group.count() == 0);
    }(ended));
    CHECK(ended == 3);
}

TEST_CASE("a coroutine cancelled before it began ends as well", "[async]") {
    int ended = 0;
    run([](int& count) -> Task<void> {
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("sleeper", count_to_end(count));
        co_await group.stop(after(1s));
        CHECK(group.count() == 0);
    }(ended));
}

TEST_CASE("what a spawned coroutine throws is reported by its name", "[async]") {
    const Remembering remembering;
    run([]() -> Task<void> {
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("wanderer", fails());
        CHECK(co_await group.join(after(1s)));
    }());
    CHECK(reports == std::vector<std::string>{"async.coroutine.failed|wanderer|lost its way"});
}

TEST_CASE("stop() gives up at its deadline and names who is stuck", "[async]") {
    const Remembering remembering;
    run([]() -> Task<void> {
        bool go = false;
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("stubborn", ignores_cancellation(go));
        co_await yield();
        co_await group.stop(after(5ms));
        CHECK(group.count() == 1);
        go = true;
        co_await sleep_for(20ms);
    }());
    CHECK(reports.size() == 1);
    CHECK(reports.at(0).starts_with("async.coroutine.stuck|stubborn"));
}

TEST_CASE("an event wakes all who wait, and times out alone", "[async]") {
    run([]() -> Task<void> {
        Event event;
        int woken = 0;
        Group group(co_await boost::asio::this_coro::executor);
        for (int i = 0; i < 2; ++i) {
            group.spawn("waiter", [](Event& on, int& count) -> Task<void> {
                if (co_await on.wait(after(1s))) ++count;
            }(event, woken));
        }
        co_await yield();
        event.notify_all();
        CHECK(co_await group.join(after(1s)));
        CHECK(woken == 2);
        CHECK_FALSE(co_await event.wait(after(1ms)));
        const auto seen = event.count();
        event.notify_all();
        CHECK(co_await event.wait_past(seen, after(1ms)));
        CHECK_FALSE(co_await event.wait_past(event.count(), after(1ms)));
    }());
}

TEST_CASE("an event that goes away wakes its waiters", "[async]") {
    run([]() -> Task<void> {
        auto event = std::make_unique<Event>();
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("waiter", [](Event& on) -> Task<void> { co_await on.wait(after(1h)); }(*event));
        co_await yield();
        event.reset();
        CHECK(co_await group.join(after(1s)));
    }());
}

TEST_CASE("a semaphore serves in order and times out", "[async]") {
    run([]() -> Task<void> {
        Semaphore semaphore(1);
        auto first = co_await semaphore.acquire(after(1s));
        REQUIRE(first);
        CHECK((co_await semaphore.acquire(after(1ms))).error().fault == Fault::timeout);
        std::string order;
        Group group(co_await boost::asio::this_coro::executor);
        for (const char c : {'a', 'b', 'c'}) {
            group.spawn("waiter", [](Semaphore& on, std::string& into, char name) -> Task<void> {
                const auto permit = co_await on.acquire(after(1s));
                if (permit) into += name;
                co_await yield();
            }(semaphore, order, c));
        }
        co_await yield();
        *first = {};
        CHECK(co_await group.join(after(1s)));
        CHECK(order == "abc");
        CHECK(semaphore.available() == 1);
    }());
}

TEST_CASE("offloaded work returns values, errors and exceptions", "[async]") {
    OffloadPool pool(2, 10);
    run([](OffloadPool& on) -> Task<void> {
        const auto here = std::this_thread::get_id();
        CHECK((co_await on.run(after(5s), [here] { return std::this_thread::get_id() != here; })).value());
        const auto failed = co_await on.run(after(5s), []() -> Result<int> { return unexpected(Fault::not_found, "no"); });
        CHECK(failed.error().fault == Fault::not_found);
        const auto threw = co_await on.run(after(5s), []() -> int { throw std::runtime_error("oops"); });
        CHECK(threw.error().fault == Fault::internal);
        CHECK(threw.error().reason.find("oops") != std::string::npos);
        CHECK(co_await on.run(after(5s), [] {}));
    }(pool));
}

TEST_CASE("offloading is bounded in time and in queue", "[async]") {
    OffloadPool pool(1, 1);
    run([](OffloadPool& on) -> Task<void> {
        auto gate = std::make_shared<std::atomic<bool>>(false);
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("blocker", [](OffloadPool& in, std::shared_ptr<std::atomic<bool>> until) -> Task<void> {
            const auto late = co_await in.run(after(10ms), [until] {
                while (!*until) std::this_thread::sleep_for(1ms);
            });
            CHECK(late.error().fault == Fault::timeout);
        }(on, gate));
        co_await sleep_for(5ms);
        group.spawn("queued", [](OffloadPool& in) -> Task<void> { CHECK_FALSE(co_await in.run(after(10ms), [] { return 1; })); }(on));
        co_await yield();
        CHECK((co_await on.run(after(1s), [] { return 1; })).error().fault == Fault::limit);
        CHECK(co_await group.join(after(1s)));
        *gate = true;
    }(pool));
}

namespace {

struct TestShard : Shard {
    std::atomic<int>& drained;
    explicit TestShard(std::atomic<int>& count) : drained(count) {}
    Task<void> drain(Deadline) override {
        co_await sleep_for(1ms);
        ++drained;
    }
};

}  // namespace

TEST_CASE("shards start, run on threads of their own, and drain on SIGTERM", "[async]") {
    std::atomic<int> started = 0, drained = 0;
    ShardOptions options{.threads = 3, .drain = 5s};
    options.on_ready = [] { std::raise(SIGTERM); };
    const auto result = run_shards(options, [&](ShardContext context) -> Task<Result<std::unique_ptr<Shard>>> {
        started += context.count == 3 ? 1 : 100;
        co_return std::make_unique<TestShard>(drained);
    });
    CHECK(result);
    CHECK(started == 3);
    CHECK(drained == 3);
    CHECK(stopping());
}

TEST_CASE("files are looked at again by the clock and at SIGHUP", "[async]") {
    std::atomic<int> drained = 0;
    int looks = 0;
    ShardOptions options{.drain = 5s};
    options.refresh = [&looks] {
        if (++looks == 1) std::raise(SIGHUP);
        if (looks == 4) request_stop();
    };
    options.refresh_every = 5ms;
    CHECK(
        run_shards(options, [&](ShardContext) -> Task<Result<std::unique_ptr<Shard>>> { co_return std::make_unique<TestShard>(drained); }));
    CHECK(looks >= 4);
    options.refresh_every = 0ms;
    looks = 0;
    options.refresh = [&looks] { ++looks, request_stop(); };
    options.on_ready = [] { std::raise(SIGHUP); };
    CHECK(
        run_shards(options, [&](ShardContext) -> Task<Result<std::unique_ptr<Shard>>> { co_return std::make_unique<TestShard>(drained); }));
    CHECK(looks == 1);
}

TEST_CASE("a shard that can't start ends the run with its error, and the others drain", "[async]") {
    std::atomic<int> drained = 0;
    const auto result = run_shards({.threads = 2, .drain = 5s}, [&](ShardContext context) -> Task<Result<std::unique_ptr<Shard>>> {
        if (context.index == 1) co_return unexpected(Fault::unavailable, "no database", "connection refused");
        co_return std::make_unique<TestShard>(drained);
    });
    REQUIRE_FALSE(result);
    CHECK(result.error().reason == "connection refused");
    CHECK(drained == 1);
}

TEST_CASE("a drain that never ends is ended by its deadline", "[async]") {
    struct Stuck : Shard {
        Task<void> drain(Deadline) override { co_await sleep_for(1h); }
    };
    ShardOptions options{.threads = 1, .drain = 0s};
    options.on_ready = [] { request_stop(); };
    const auto before = std::chrono::steady_clock::now();
    CHECK(run_shards(options, [](ShardContext) -> Task<Result<std::unique_ptr<Shard>>> { co_return std::make_unique<Stuck>(); }));
    CHECK(std::chrono::steady_clock::now() - before < 10s);
}

namespace {
Task<std::string> noted(std::vector<std::string>& order, std::string name, int yields) {
    order.push_back(name + " begins");
    for (int i = 0; i < yields; ++i) co_await yield();
    order.push_back(name + " ends");
    co_return name;
}
Task<int> failing() {
    co_await fails();
    co_return 1;
}
Task<int> counted(int& ended) {
    co_await count_to_end(ended);
    co_return 1;
}
Task<void> await_both(int& ended) { co_await both(counted(ended), failing()); }
}  // namespace

TEST_CASE("both of two coroutines run at once, and both results come", "[async]") {
    run([]() -> Task<void> {
        std::vector<std::string> order;
        const auto [a, b] = co_await both(noted(order, "a", 5), noted(order, "b", 1));
        CHECK(a == "a");
        CHECK(b == "b");
        CHECK(order == std::vector<std::string>{"a begins", "b begins", "b ends", "a ends"});
    }());
}

TEST_CASE("what one of both throws ends the other and comes out", "[async]") {
    int ended = 0;
    CHECK_THROWS_WITH(run(await_both(ended)), "lost its way");
    CHECK(ended == 1);
}

TEST_CASE("cancelling who awaits both ends both", "[async]") {
    int ended = 0;
    run([](int& done) -> Task<void> {
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("test.both", [](int& at_end) -> Task<void> { co_await both(counted(at_end), counted(at_end)); }(done));
        co_await sleep_for(2ms);
        co_await group.stop(after(1s));
    }(ended));
    CHECK(ended == 2);
}
