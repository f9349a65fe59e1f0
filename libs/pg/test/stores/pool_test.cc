#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "sky/pg/pool.h"
#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace std::chrono_literals;

namespace {
constexpr pg::Statement add_row{"test.add", "insert into t (id, note) values ($1, $2)"};
constexpr pg::Statement count_rows{"test.count", "select count(*) from t"};
constexpr pg::Statement note_of{"test.note", "select note from t where id = $1"};
constexpr pg::Statement tenant_now{"test.tenant", "select current_setting('sky.tenant', true)"};
constexpr pg::Statement slow{"test.slow", "select 1 from pg_sleep($1)"};
constexpr pg::Statement my_pid{"test.pid", "select pg_backend_pid()"};

struct Fixture {
    support::ScratchDatabase database{{}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.owner_dsn(), .connections = 3}};
    Fixture() { database.sql("create table t (id bigint primary key, note text)"); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    std::int64_t count() { return run(pool.query(TenantId{}, count_rows, pg::Params{}, after(5s))).value()[0].get<std::int64_t>(0); }
};
}  // namespace

TEST_CASE("a transaction is all or nothing", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        auto kept = (co_await pool.begin(TenantId{7}, after(5s))).value();
        kept.queue(add_row, pg::params(std::int64_t{1}, "one"));
        auto tenant = (co_await kept.query(tenant_now, pg::Params{})).value();
        CHECK(tenant[0].get<std::string>(0) == "7");
        CHECK((co_await kept.commit()).has_value());
        {
            auto dropped = (co_await pool.begin(TenantId{}, after(5s))).value();
            (void)(co_await dropped.query(add_row, pg::params(std::int64_t{2}, "two"))).value();
        }
        auto none = (co_await pool.query(TenantId{}, tenant_now, pg::Params{}, after(5s))).value();
        CHECK(none[0].get<std::string>(0).empty());
    }(f.pool));
    CHECK(f.count() == 1);
}

TEST_CASE("after a failed statement nothing of the transaction remains, and the connection serves on", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        for (int round = 0; round < 5; ++round) {
            auto transaction = (co_await pool.begin(TenantId{}, after(5s))).value();
            transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
            const auto twice = transaction.queue(add_row, pg::params(std::int64_t{1}, "again"));
            const auto later = transaction.queue(count_rows, pg::Params{});
            auto failed = co_await transaction.take(twice);
            REQUIRE_FALSE(failed);
            CHECK(failed.error().fault == Fault::already_exists);
            CHECK_FALSE((co_await transaction.take(later)).has_value());
            if (round % 2 == 0) {
                CHECK_FALSE((co_await transaction.commit()).has_value());
                CHECK_FALSE(transaction.in_doubt());
            }
        }
    }(f.pool));
    CHECK(f.count() == 0);
}

TEST_CASE("COMMIT travels with what it follows, and the results are there all the same", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        auto transaction = (co_await pool.begin(TenantId{}, after(5s))).value();
        transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        const auto read = transaction.queue(note_of, pg::params(std::int64_t{1}));
        transaction.queue_commit();
        CHECK((co_await transaction.take(read)).value()[0].get<std::string>(0) == "one");
        CHECK((co_await transaction.commit()).has_value());
        CHECK_FALSE(transaction.in_doubt());
    }(f.pool));
    CHECK(f.count() == 1);
    f.run([](pg::Pool& pool) -> Task<void> {
        for (int round = 0; round < 5; ++round) {
            auto transaction = (co_await pool.begin(TenantId{}, after(5s))).value();
            transaction.queue(add_row, pg::params(std::int64_t{2}, "two"));
            const auto twice = transaction.queue(add_row, pg::params(std::int64_t{1}, "again"));
            transaction.queue_commit();
            CHECK_FALSE((co_await transaction.take(twice)).has_value());
            CHECK_FALSE(transaction.in_doubt());
            if (round % 2 == 0) CHECK_FALSE((co_await transaction.commit()).has_value());
        }
        auto unfinished = (co_await pool.begin(TenantId{}, after(5s))).value();  // whoever does not await the end has committed
        const auto third = unfinished.queue(add_row, pg::params(std::int64_t{3}, "three"));
        unfinished.queue_commit();
        CHECK((co_await unfinished.take(third)).has_value());
    }(f.pool));
    CHECK(f.count() == 2);
}

TEST_CASE("a connection that is lost after COMMIT was queued leaves doubt", "[pg]") {
    Fixture f;
    f.run([](Fixture& fixture) -> Task<void> {
        auto transaction = (co_await fixture.pool.begin(TenantId{}, after(5s))).value();
        const auto pid = (co_await transaction.query(my_pid, pg::Params{})).value()[0].get<std::int32_t>(0);
        fixture.database.sql("select pg_terminate_backend(" + std::to_string(pid) + ")");
        const auto lost = transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        transaction.queue_commit();
        CHECK_FALSE((co_await transaction.take(lost)).has_value());
        CHECK(transaction.in_doubt());
    }(f));
    CHECK(f.count() == 0);
}

TEST_CASE("kept plans know no parameters, and are made anew after a while", "[pg]") {
    // Said to be immutable, it runs while the statement is planned: a number for each plan.
    static constexpr pg::Statement number_of_plan{"test.plan", "select number_of_plan() where 0 <> all ($1::bigint[])"};
    Fixture f;
    f.database.sql(
        "create sequence plans; create function number_of_plan() returns bigint language plpgsql immutable as "
        "$$ begin return nextval('plans'); end $$");
    const auto plans_of_four_uses = [&](pg::Plans kind, std::chrono::milliseconds last, std::chrono::milliseconds pause = 0ms) {
        pg::Pool pool{f.context.get_executor(), {.dsn = f.database.owner_dsn(), .connections = 1, .plans = kind, .plans_last = last}};
        std::set<std::int64_t> numbers;
        for (std::int64_t i = 1; i <= 4; ++i) {
            const auto rows = f.run(pool.query(TenantId{}, number_of_plan, pg::params(std::vector<std::int64_t>{i, i + 1}), after(5s)));
            numbers.insert(rows.value()[0].get<std::int64_t>(0));
            std::this_thread::sleep_for(pause);
        }
        return numbers.size();
    };
    CHECK(plans_of_four_uses(pg::Plans::weighed, 1min) == 4);
    CHECK(plans_of_four_uses(pg::Plans::kept, 1h) == 1);
    CHECK(plans_of_four_uses(pg::Plans::kept, 0min) == 4);
    CHECK(plans_of_four_uses(pg::Plans::kept, 320ms, 20ms) > 1);  // the first ones are made anew sooner
}

TEST_CASE("an untaken failure is still seen by commit", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        auto transaction = (co_await pool.begin(TenantId{}, after(5s))).value();
        transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        transaction.queue(add_row, pg::params(std::int64_t{1}, "again"));
        const auto done = co_await transaction.commit();
        REQUIRE_FALSE(done);
        CHECK(done.error().fault == Fault::already_exists);
    }(f.pool));
    CHECK(f.count() == 0);
}

TEST_CASE("values survive the binary round trip", "[pg]") {
    static constexpr pg::Statement echo{"test.echo",
                                        "select $1::bigint, $2::text, $3::bytea, $4::uuid, $5::timestamptz, $6::bigint[], $7::text[], "
                                        "$8::boolean, $9::bigint, $10::float8, $11::bytea[], $12::jsonb"};
    Fixture f;
    const auto now = from_unix_micros(1'700'000'000'123'456);
    const auto id = new_uuid(now);
    const std::string bytes("\0\1\377", 3);
    f.run([](pg::Pool& pool, Uuid uuid, Time time, std::string octets) -> Task<void> {
        const std::vector<std::int64_t> numbers{-1, 0, INT64_MAX};
        const std::vector<std::string> texts{"", "gr\xC3\xBC\xC3\x9F"};
        const std::vector<pg::Bytea> blobs{{octets}, {""}};
        auto rows = (co_await pool.query(TenantId{}, echo,
                                         pg::params(std::int64_t{-5}, "a'b", pg::Bytea{octets}, uuid, time, numbers, texts, true,
                                                    std::optional<std::int64_t>{}, 1.5, blobs, pg::Jsonb{"{\"a\": 1}"}),
                                         after(5s)))
                        .value();
        const auto row = rows[0];
        CHECK(row.get<std::int64_t>(0) == -5);
        CHECK(row.get<std::string>(1) == "a'b");
        CHECK(row.get<std::string>(2) == octets);
        CHECK(row.get<Uuid>(3) == uuid);
        CHECK(row.get<Time>(4) == time);
        CHECK(row.get<std::vector<std::int64_t>>(5) == numbers);
        CHECK(row.get<std::vector<std::string>>(6) == texts);
        CHECK(row.get<bool>(7));
        CHECK_FALSE(row.get<std::optional<std::int64_t>>(8));
        CHECK(row.get<double>(9) == 1.5);
        CHECK(row.get<std::vector<std::string>>(10) == std::vector<std::string>{octets, ""});
        CHECK(row.get<std::string>(11) == "{\"a\": 1}");
    }(f.pool, id, now, bytes));
}

TEST_CASE("large values and long pipelines do not deadlock", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        const std::string large(4 << 20, 'x');
        auto transaction = (co_await pool.begin(TenantId{}, after(30s))).value();
        std::vector<pg::Transaction::Ticket> tickets;
        for (std::int64_t i = 0; i < 8; ++i) {
            transaction.queue(add_row, pg::params(i, large));
            tickets.push_back(transaction.queue(note_of, pg::params(i)));
        }
        for (const auto ticket : tickets) CHECK((co_await transaction.take(ticket)).value()[0].raw(0).size() == large.size());
        CHECK((co_await transaction.commit()).has_value());
    }(f.pool));
    CHECK(f.count() == 8);
}

TEST_CASE("the server ends what takes too long, and a COMMIT that was sent along is not reached", "[pg]") {
    Fixture f;
    const TenantId tenant = GENERATE(TenantId{}, TenantId{7});
    pg::Pool one(f.context.get_executor(), {.dsn = f.database.owner_dsn(), .connections = 1});
    f.run([](pg::Pool& pool, TenantId of) -> Task<void> {
        const auto pid = (co_await pool.query(of, my_pid, pg::Params{}, after(5s))).value()[0].get<std::int32_t>(0);
        auto transaction = (co_await pool.begin(of, after(200ms))).value();
        transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        transaction.queue(slow, pg::params(30.0));
        const auto behind = transaction.queue(my_pid, pg::Params{});
        transaction.queue_commit();
        const auto ended = co_await transaction.take(behind);
        REQUIRE_FALSE(ended);
        CHECK(ended.error().fault == Fault::timeout);  // which is why it was skipped
        CHECK_FALSE((co_await transaction.commit()).has_value());
        CHECK_FALSE(transaction.in_doubt());
        // The connection serves on, and the next use has a limit of its own.
        const auto single = co_await pool.query(of, slow, pg::params(30.0), after(200ms));
        CHECK(single.error().fault == Fault::timeout);
        CHECK((co_await pool.query(of, slow, pg::params(0.3), after(5s))).has_value());
        CHECK((co_await pool.query(of, my_pid, pg::Params{}, after(5s))).value()[0].get<std::int32_t>(0) == pid);
    }(one, tenant));
    CHECK(f.count() == 0);
}

TEST_CASE("a deadline ends the wait for a server that does not answer as a temporary error, and the pool recovers", "[pg]") {
    Fixture f;
    static constexpr pg::Statement no_limit{"test.no_limit", "select set_config('statement_timeout', '0', true)"};
    f.run([](pg::Pool& pool) -> Task<void> {
        auto transaction = (co_await pool.begin(TenantId{}, after(100ms))).value();
        transaction.queue(no_limit, pg::Params{});
        transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        const auto late = transaction.queue(slow, pg::params(2.0));
        transaction.queue_commit();
        const auto result = co_await transaction.take(late);
        REQUIRE_FALSE(result);
        CHECK(result.error().fault == Fault::timeout);
        CHECK(transaction.in_doubt());
    }(f.pool));
    // The server has noticed that nobody is there any more: it does not come to the COMMIT.
    f.run([]() -> Task<void> { co_await sleep_for(2500ms); }());
    CHECK(f.count() == 0);
    CHECK(f.pool.in_use() == 0);
}

TEST_CASE("waiting for a free connection is bounded, and a freed one goes to the waiter", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool) -> Task<void> {
        std::vector<pg::Transaction> held;
        for (int i = 0; i < 3; ++i) held.push_back((co_await pool.begin(TenantId{}, after(5s))).value());
        const auto none = co_await pool.begin(TenantId{}, after(50ms));
        REQUIRE_FALSE(none);
        CHECK(none.error().fault == Fault::timeout);
        boost::asio::co_spawn(
            co_await boost::asio::this_coro::executor,
            [](std::vector<pg::Transaction> mine) -> Task<void> {
                co_await sleep_for(20ms);
                mine.clear();
            }(std::move(held)),
            boost::asio::detached);
        CHECK((co_await pool.begin(TenantId{}, after(5s))).has_value());
    }(f.pool));
}

TEST_CASE("a backend that is killed is a temporary error; COMMIT without answer is doubt; the next one works", "[pg]") {
    Fixture f;
    f.run([](pg::Pool& pool, const support::ScratchDatabase& database) -> Task<void> {
        auto transaction = (co_await pool.begin(TenantId{}, after(5s))).value();
        const auto pid = (co_await transaction.query(my_pid, pg::Params{})).value()[0].get<std::int64_t>(0);
        database.sql("select pg_terminate_backend(" + std::to_string(pid) + ")");
        transaction.queue(add_row, pg::params(std::int64_t{1}, "one"));
        const auto done = co_await transaction.commit();
        REQUIRE_FALSE(done);
        CHECK(done.error().fault == Fault::unavailable);
        CHECK(transaction.in_doubt());
        CHECK((co_await pool.check(after(5s))).has_value());
        // An idle connection that the server has ended is noticed before it is used.
        const auto idle = (co_await pool.query(TenantId{}, my_pid, pg::Params{}, after(5s))).value()[0].get<std::int64_t>(0);
        database.sql("select pg_terminate_backend(" + std::to_string(idle) + ")");
        co_await sleep_for(100ms);
        CHECK((co_await pool.check(after(5s))).has_value());
    }(f.pool, f.database));
    CHECK(f.count() == 0);
}

TEST_CASE("a server that is away is a temporary error", "[pg]") {
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = "host=127.0.0.1 port=1 user=nobody dbname=none"}};
    const auto checked = support::run(context, pool.check(after(5s)));
    REQUIRE_FALSE(checked);
    CHECK(checked.error().fault == Fault::unavailable);
}

TEST_CASE("a session that would not wait for the disk is refused", "[pg]") {
    support::ScratchDatabase database{{}};
    database.sql("alter role sky_imap set synchronous_commit = off");
    boost::asio::io_context context;
    pg::Pool unsafe{context.get_executor(), {.dsn = database.dsn("sky_imap")}};
    const auto checked = support::run(context, unsafe.check(after(5s)));
    database.sql("alter role sky_imap reset synchronous_commit");
    REQUIRE_FALSE(checked);
    CHECK(checked.error().reason.find("synchronous_commit") != std::string::npos);
    pg::Pool waived{context.get_executor(), {.dsn = database.dsn("sky_imap"), .durability = pg::Durability::waived}};
    CHECK(support::run(context, waived.check(after(5s))).has_value());
}

TEST_CASE("queries are not compiled on the way", "[pg]") {
    constexpr pg::Statement jit{"test.jit", "select current_setting('jit')"};
    support::ScratchDatabase database{{}};
    database.sql("alter role sky_imap set jit = on");
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_imap")}};
    const auto rows = support::run(context, pool.query(TenantId{}, jit, pg::Params{}, after(5s))).value();
    database.sql("alter role sky_imap reset jit");
    CHECK(rows[0].get<std::string>(0) == "off");
}
