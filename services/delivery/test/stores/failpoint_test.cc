// Failures injected at each step between claim and end.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "queue_house.h"

using namespace queue_house;

TEST_CASE("connections to PostgreSQL that break in the middle lose and double nothing", "[delivery]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "550 5.1.1 no such user";
    std::vector<Uuid> ids;
    for (int i = 0; i < 40; ++i)
        ids.push_back(house.send({House::local("bob@two.test", two, bob), House::remote("x@far.example")}, "m" + std::to_string(i)));
    auto how = house.options();
    how.lease = 1s;
    how.at_once = 5;
    house.start(how);
    for (int i = 0; i < 30; ++i) {
        house.sql(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'sky_delivery' and datname = "
            "current_database()");
        house.run(sleep_for(30ms));
    }
    CHECK(house.until([&] { return house.queue_empty(); }, 30s));
    for (const auto& id : ids) {
        CHECK(house.outcome(id, 0) == "delivered");
        CHECK(house.outcome(id, 1) == "bounced");
    }
    CHECK(house.messages_in(bob) == 40);
    CHECK(house.messages_in(ada) == 40);
    house.check_ledger();
}

#ifdef SKYBRIDGE_FAILPOINTS
namespace {
// Looked at anew at every hit, so that a test can change its mind. Named before anything runs.
const std::string chosen = [] {
    const auto path = std::filesystem::temp_directory_path() / ("skybridge-failpoints-" + std::to_string(::getpid()));
    ::setenv("SKYBRIDGE_FAILPOINT_FILE", path.c_str(), 1);
    return path.string();
}();

struct Chosen {
    explicit Chosen(const std::string& text) { std::ofstream(chosen) << text; }
    ~Chosen() { std::filesystem::remove(chosen); }
};
}  // namespace

TEST_CASE("a failure at any step leaves every recipient with one end", "[delivery]") {
    const std::string point = GENERATE("queue.after_claim", "queue.work", "queue.transfer.before_insert", "queue.transfer.before_commit",
                                       "queue.transfer.after_commit", "queue.report", "queue.end.before_commit", "queue.end.after_commit",
                                       "deliver.before_insert", "deliver.before_commit", "deliver.after_commit");
    CAPTURE(point);
    House house;
    house.sink.replies["RCPT x@far.example"] = "550 5.1.1 no such user";
    auto how = house.options();
    how.lease = 500ms;
    house.start(how);
    std::optional<Chosen> trouble(point + "=error");
    Group group(house.context.get_executor());
    auto mail = house.submission({House::local("bob@two.test", two, bob), House::remote("x@far.example"), House::remote("y@far.example")},
                                 House::mail("one"));
    const auto id = mail.envelope.ingest;
    group.spawn("test", [](House& h, Submission given) -> Task<void> {
        co_await h.batcher.submit(std::move(given), after(10s));
    }(house, std::move(mail)));
    house.run(sleep_for(300ms));
    trouble.reset();
    CHECK(house.becomes(id, "delivered", 0));
    CHECK(house.becomes(id, "bounced", 1));
    CHECK(house.becomes(id, "relayed", 2));
    CHECK(house.until([&] { return house.queue_empty(); }));
    CHECK(house.messages_in(bob) == 1);
    CHECK(house.messages_in(ada) == 1);
    CHECK(house.sink.mails.size() == 1);
    house.check_ledger();
}
#endif
