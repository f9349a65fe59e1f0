// Who works on what: leases, fences, crashes, the index in Redis, draining.
#include <catch2/catch.hpp>

#include "delivery/metrics.h"
#include "queue_house.h"

using namespace queue_house;

namespace {
// Claims like a worker that then dies.
void claim_and_die(House& house, std::chrono::milliseconds lease) {
    const store::ClaimTerms dead{new_uuid(SystemClock().now()), lease, 100};
    REQUIRE_FALSE(house.run(store::claim_oldest(house.pool, dead, after(5s))).value().empty());
}
// Another worker takes over, while we are not looking.
void steal(House& house) {
    house.sql(
        "update queue.recipient set claim_epoch = claim_epoch + 1, claimed_by = gen_random_uuid(), lease_until = now() + interval '1 "
        "hour'");
}
Task<void> steal_at(House& house, std::string at, std::string step) {
    if (step == at) steal(house);
    co_return;
}
Task<void> hang_at(std::string at, std::string step) {
    if (step == at) co_await sleep_for(30s);
}
}  // namespace

TEST_CASE("what a dead worker held is taken over when its lease ran out", "[delivery]") {
    House house;
    const auto id = house.send({House::local("bob@two.test", two, bob), House::remote("x@far.example")});
    claim_and_die(house, 500ms);
    auto how = house.options();
    how.lease = 400ms;
    house.start(how);
    house.run(sleep_for(200ms));
    CHECK(house.outcome(id) == "queued");
    CHECK(house.becomes(id, "delivered", 0));
    CHECK(house.becomes(id, "relayed", 1));
    CHECK(house.messages_in(bob) == 1);
    CHECK(house.sink.mails.size() == 1);
}

TEST_CASE("work that takes longer than the lease keeps it", "[delivery]") {
    House house;
    house.sink.before = [](const std::string& step) -> Task<void> {
        if (step == ".") return sleep_for(1500ms);
        return sleep_for(0ms);
    };
    auto how = house.options();
    how.lease = 300ms;
    house.start(how);
    QueueRunner rival(house.context.get_executor(), house.rooms(), how);
    rival.start();
    const auto id = house.send({House::remote("x@far.example")});
    CHECK(house.becomes(id, "relayed"));
    CHECK(house.sink.mails.size() == 1);
    house.run(rival.drain(after(3s)));
}

TEST_CASE("a worker that was overtaken does not send the final dot", "[delivery]") {
    House house;
    house.sink.before = [&house](const std::string& step) { return steal_at(house, "DATA", step); };
    const auto overtaken = fenced.value();
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.cut == 1; }));
    CHECK(house.until([&] { return fenced.value() > overtaken; }));
    CHECK(house.sink.mails.empty());
    CHECK(house.outcome(id) == "queued");
    CHECK(house.sql("select state from queue.recipient") == "claimed");
    house.sink.before = {};
    house.sql("update queue.recipient set lease_until = now()");
    CHECK(house.becomes(id, "relayed"));
    CHECK(house.sink.mails.size() == 1);
}

TEST_CASE("a worker that was overtaken ends nothing and reports nothing", "[delivery]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "550 5.1.1 no";
    house.sink.before = [&house](const std::string& step) { return steal_at(house, "RCPT x@far.example", step); };
    const auto overtaken = fenced.value();
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return fenced.value() > overtaken; }));
    CHECK(house.outcome(id) == "queued");
    CHECK(house.count("queue.ingest") == 1);
    house.check_ledger();
}

TEST_CASE("a message that killed three workers is put aside", "[delivery]") {
    House house;
    const auto id = house.send({House::local("bob@two.test", two, bob)});
    for (int i = 0; i < 3; ++i) {
        house.sql("update queue.recipient set state = 'claimed', crashes = " + std::to_string(i) +
                  ", claimed_by = gen_random_uuid(), lease_until = now() - interval '1 second'");
    }
    house.start();
    REQUIRE(house.becomes(id, "quarantined"));
    CHECK(house.sql("select state from queue.recipient") == "quarantined");
    CHECK(house.messages_in(bob) == 0);
    house.check_ledger();
}

TEST_CASE("a crash that was not the message's fault is forgotten", "[delivery]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 wait";
    house.send({House::remote("x@far.example")});
    house.sql(
        "update queue.recipient set state = 'claimed', crashes = 1, claimed_by = gen_random_uuid(), lease_until = now() - interval '1 "
        "second'");
    house.start();
    REQUIRE(house.until([&] { return house.sink.heard("RCPT") >= 1; }));
    CHECK(house.until([&] { return house.sql("select max(crashes) from queue.recipient where state = 'waiting'") == "0"; }));
}

TEST_CASE("the index says when to look", "[delivery]") {
    House house(Redis::present);
    auto how = house.options();
    how.poll = 20s;
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 wait";
    house.start(how);
    REQUIRE(house.until([&] { return house.index_has("built"); }));
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.heard("RCPT") >= 2; }));
    house.sink.replies.clear();
    CHECK(house.becomes(id, "relayed"));
    CHECK(house.until([&] { return !house.index_has("1:" + house.sql("select max(last_value) from mail.object_id")); }));
    CHECK(house.until([&] { return house.run(house.redis->command({"ZCARD", "queue:due"}, after(2s))).value().integer == 1; }));
}

TEST_CASE("a forgotten index is built again and nothing is lost or doubled", "[delivery]") {
    House house(Redis::present);
    auto how = house.options();
    how.schedule.first = how.schedule.most = 2s;
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 wait";
    house.start(how);
    REQUIRE(house.until([&] { return house.index_has("built"); }));
    std::vector<Uuid> ids;
    for (int i = 0; i < 20; ++i) {
        ids.push_back(house.send({House::remote("x@far.example"), House::local("bob@two.test", two, bob)}, "m" + std::to_string(i)));
        if (i % 5 == 0) house.forget_index();
    }
    house.forget_index();
    const auto member = house.sql("select tenant_id || ':' || max(queue_id) from queue.message group by tenant_id");
    REQUIRE(house.until([&] { return house.index_has("built"); }));
    CHECK(house.until([&] { return house.index_has(member); }));
    house.sink.replies.clear();
    for (const auto& id : ids) {
        CHECK(house.becomes(id, "relayed", 0));
        CHECK(house.becomes(id, "delivered", 1));
    }
    CHECK(house.messages_in(bob) == 20);
    CHECK(house.sink.mails.size() == 20);
    CHECK(house.queue_empty());
}

TEST_CASE("Redis that is away only slows the queue", "[delivery]") {
    House house(Redis::present);
    house.redis = std::make_unique<redis::Client>(house.context.get_executor(), redis::Options{.port = 1});
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 wait";
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.heard("RCPT") >= 2; }));
    house.sink.replies.clear();
    CHECK(house.becomes(id, "relayed"));
}

TEST_CASE("what an operator makes due is looked at soon", "[delivery]") {
    House house(Redis::present);
    auto how = house.options();
    how.schedule.first = how.schedule.most = 1h;
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 wait";
    house.start(how);
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(
        house.until([&] { return house.sql("select max(last_reply) from queue.recipient where state = 'waiting'") == "450 4.7.1 wait"; }));
    house.sink.replies.clear();
    house.sql("update queue.recipient set due_at = now()");
    house.runner->wake();
    CHECK(house.becomes(id, "relayed"));
}

TEST_CASE("a queue longer than what is worked on at once is worked off", "[delivery]") {
    House house;
    std::vector<Uuid> ids;
    for (int i = 0; i < 40; ++i) ids.push_back(house.send({House::local("bob@two.test", two, bob)}, "m" + std::to_string(i)));
    auto how = house.options();
    how.at_once = 3;
    how.poll = 20s;
    house.start(how);
    REQUIRE(house.until([&] { return house.queue_empty(); }));
    CHECK(house.messages_in(bob) == 40);
    house.check_ledger();
}

TEST_CASE("a drained worker puts back what it can't end", "[delivery]") {
    House house;
    house.sink.before = [](const std::string& step) { return hang_at("RCPT x@far.example", step); };
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.heard("RCPT") == 1; }));
    house.run(house.runner->drain(after(2500ms)));
    CHECK(house.sql("select state || attempts || crashes from queue.recipient") == "waiting00");
    CHECK(house.outcome(id) == "queued");
    house.sink.before = {};
    house.runner.reset();
    house.start();
    CHECK(house.becomes(id, "relayed"));
}
