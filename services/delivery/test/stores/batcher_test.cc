#include <catch2/catch.hpp>

#include "delivery/metrics.h"
#include "delivery/store/ingest.h"
#include "queue_house.h"

using namespace queue_house;

namespace {
// Submits all at once and waits for all.
std::vector<Result<Uuid>> submit_together(House& house, std::vector<Submission> submissions) {
    std::vector<std::optional<Result<Uuid>>> results(submissions.size());
    Group group(house.context.get_executor());
    for (std::size_t i = 0; i < submissions.size(); ++i)
        group.spawn("test", [](House& h, Submission one, std::optional<Result<Uuid>>& into) -> Task<void> {
            into = co_await h.batcher.submit(std::move(one), after(10s));
        }(house, std::move(submissions[i]), results[i]));
    house.run(group.join(after(15s)));
    std::vector<Result<Uuid>> out;
    for (auto& result : results) out.push_back(std::move(result).value());
    return out;
}

// Another writer at work in ada's account.
Task<void> hold_ada(pg::Pool& pool, std::optional<pg::Transaction>& held) {
    static constexpr pg::Statement hold{"test.hold", "select 1 from mail.account where tenant_id = $1 and account_id = $2 for update"};
    held = (co_await pool.begin(one, after(30s))).value();
    (co_await held->query(hold, pg::params(one, ada))).value();
}
}  // namespace

TEST_CASE("concurrent submissions are committed together", "[delivery]") {
    House house;
    const auto commits = batches.value();
    std::vector<Submission> all;
    for (int i = 0; i < 60; ++i)
        all.push_back(house.submission({House::local("ada@one.test", one, ada), House::local("eve@one.test", one, eve)},
                                       House::mail("m" + std::to_string(i))));
    for (const auto& result : submit_together(house, std::move(all))) CHECK(result);
    CHECK(batches.value() - commits <= 5);
    CHECK(house.messages_in(ada) == 60);
    CHECK(house.messages_in(eve) == 60);
    CHECK(house.count("queue.ingest_recipient where outcome = 'delivered'") == 120);
    house.check_ledger();
}

TEST_CASE("the same id is delivered once, at the same time or later", "[delivery]") {
    House house;
    auto mail = house.submission({House::local("ada@one.test", one, ada)}, House::mail("once"));
    for (const auto& result : submit_together(house, {mail, mail, mail})) CHECK(result.value() == mail.envelope.ingest);
    CHECK(house.submit(mail) == mail.envelope.ingest);
    CHECK(house.messages_in(ada) == 1);
}

TEST_CASE("a sender's repetition is known until it was confirmed", "[delivery][rfc1047:2]") {
    House house;
    const auto first = house.send({House::local("ada@one.test", one, ada)});
    CHECK(house.send({House::local("ada@one.test", one, ada)}) == first);
    CHECK(house.messages_in(ada) == 1);
    house.run(store::confirm(house.pool, {one.value}, {first}, after(5s))).value();
    CHECK(house.send({House::local("ada@one.test", one, ada)}) != first);
    CHECK(house.messages_in(ada) == 2);
}

TEST_CASE("the same repetition brought by two sessions at once is delivered once", "[delivery][rfc1047:2]") {
    House house;
    std::vector<Submission> twins;
    for (int i = 0; i < 4; ++i) twins.push_back(house.submission({House::local("ada@one.test", one, ada)}, House::mail("twin")));
    const auto results = submit_together(house, std::move(twins));
    for (const auto& result : results) CHECK(result.value() == results[0].value());
    CHECK(house.messages_in(ada) == 1);
}

TEST_CASE("messages without a Message-ID are never taken for repetitions", "[delivery]") {
    House house;
    const std::string bare = "From: cron@one.test\r\nSubject: job\r\n\r\ndone\r\n";
    CHECK(house.submit(house.submission({House::local("ada@one.test", one, ada)}, bare)) !=
          house.submit(house.submission({House::local("ada@one.test", one, ada)}, bare)));
    CHECK(house.messages_in(ada) == 2);
}

TEST_CASE("mail for a held account waits for a later batch, then in the queue, and holds nobody up", "[delivery]") {
    House house;
    std::optional<pg::Transaction> held;
    house.run(hold_ada(house.pool, held));
    const auto to_ada = house.send({House::local("ada@one.test", one, ada)}, "held");
    const auto to_eve = house.send({House::local("eve@one.test", one, eve)}, "free");
    CHECK(house.outcome(to_eve) == "delivered");
    CHECK(house.outcome(to_ada) == "queued");
    CHECK(house.detail(to_ada) == "450 4.2.0 the mailbox is busy");
    held.reset();
    house.start();
    CHECK(house.becomes(to_ada, "delivered"));
    CHECK(house.messages_in(ada) == 1);
    house.check_ledger();
}

TEST_CASE("one message that can't be stored hurts no other", "[delivery]") {
    House house;
    std::vector<Submission> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(house.submission({House::local("ada@one.test", one, ada)}, House::mail("m" + std::to_string(i))));
    all[3].fingerprint.clear();
    house.sql("alter table queue.ingest add check (octet_length(fingerprint) = 32)");
    const auto results = submit_together(house, std::move(all));
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(results[i].has_value() == (i != 3));
    CHECK(results[3].error().fault == Fault::unavailable);
    CHECK(house.messages_in(ada) == 7);
}
