// Accounts that share a pool: never more than it has, however many write; and all of it.
#include "fixture.h"
#include "sky/async/group.h"
#include "sky/base/encode.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
constexpr std::int64_t pool_number = 77;

Task<Result<void>> limit_in_one(Fixture& f, std::vector<Limits> accounts, std::vector<PoolLimit> pools) {
    auto tx = co_await f.auth.begin(tenant, f.soon());
    if (!tx) co_return forward(tx);
    auto done = co_await set_limits(*tx, tenant, accounts, pools);
    if (!done) co_return done;
    co_return co_await tx->commit();
}

// Accounts 1 … count, all in one pool.
void share(Fixture& f, std::int64_t count, std::int64_t octets) {
    std::vector<Limits> limits;
    for (std::int64_t id = 1; id <= count; ++id) {
        f.make_account(id, 0);
        limits.push_back({.account = AccountId{id}, .pool = pool_number});
    }
    f.get(limit_in_one(f, limits, {{pool_number, octets}}));
}

std::int64_t used(Fixture& f) { return std::stoll(f.database.sql("select sum(used_octets) from mail.account where pool_id = 77")); }
std::int64_t held(Fixture& f) { return std::stoll(f.database.sql("select sum(quota_octets) from mail.account where pool_id = 77")); }

Delivery to(const PreparedMessage& message, std::int64_t id) {
    return {.message = &message, .recipients = {{AccountId{id}, {}, "", SystemClock().now()}}};
}
Fault outcome(Fixture& f, const PreparedMessage& message, std::int64_t id, Busy busy = Busy::wait) {
    auto done = f.deliver_all({to(message, id)}, busy);
    const auto& one = done.front().outcomes.front();
    return one ? Fault::internal : one.error().fault;  // internal: it was delivered
}
constexpr Fault delivered = Fault::internal;

// Writes mail of many sizes to accounts in turn until thirty in a row found no room, or none that others did not hold at that moment.
Task<void> pour(Fixture& f, std::int64_t seed, bool by_append) {
    int refused = 0;
    for (std::int64_t n = seed; refused < 30; n += 7) {
        const std::int64_t id = 1 + n % 5;
        const auto message = prepare(mail("n" + std::to_string(n), {}, std::string(static_cast<std::size_t>(200 + n * 37 % 3000), 'x')));
        if (by_append) {
            const auto box = (co_await f.boxes.inbox(account(id), f.soon())).value();
            std::vector<Append> one;
            one.push_back({&message, 0, {}, {}});
            auto done = co_await f.writer.append(Fixture::ref(box), std::move(one), new_uuid(f.clock.now()), f.soon());
            CHECK((done || done.error().fault == Fault::over_quota || done.error().fault == Fault::conflict));
            refused = done ? 0 : refused + 1;
        } else {
            std::vector<Delivery> batch{to(message, id), to(message, 1 + (n + 1) % 5)};
            auto done = co_await Fixture::deliver_in_one(f, batch, Busy::skip);
            CHECK(done);
            bool any = false;
            if (done)
                for (const auto& each : *done) any = any || each.outcomes[0].has_value();
            refused = any ? 0 : refused + 1;
        }
    }
}
}  // namespace

TEST_CASE("many writers fill a pool together, and not an octet more", "[mailstore][pool]") {
    Fixture f;
    static constexpr std::int64_t octets = 300'000;
    share(f, 5, octets);
    Group writers(f.context.get_executor());
    for (std::int64_t seed = 1; seed <= 4; ++seed) {
        writers.spawn("test.deliver", pour(f, seed, false));
        writers.spawn("test.append", pour(f, seed + 50, true));
    }
    f.run([](Fixture& x, Group& all) -> Task<void> {
        constexpr pg::Statement sum{"test.sum", "select sum(used_octets)::bigint, sum(quota_octets)::bigint from mail.account"};
        while (all.count() > 0) {
            auto rows = (co_await x.owner.query(TenantId{}, sum, pg::Params{}, x.soon())).value();
            CHECK(rows[0].get<std::int64_t>(0) <= octets);
            CHECK(rows[0].get<std::int64_t>(1) <= octets);
            co_await sleep_for(5ms);
        }
    }(f, writers));
    // Nothing that nobody uses is kept from anybody: what is left is less than the smallest mail.
    const auto small = prepare(mail("small"));
    for (std::int64_t id = 1; id <= 5; ++id)
        while (outcome(f, small, id) == delivered) {
        }
    CHECK(used(f) <= octets);
    CHECK(used(f) + static_cast<std::int64_t>(small.size) > octets);
    f.check_consistent();
}

TEST_CASE("what one account gives up, another one uses", "[mailstore][pool]") {
    Fixture f;
    const auto message = prepare(mail("m", {}, random_bytes(1000)));
    share(f, 2, static_cast<std::int64_t>(message.size * 3));
    for (int i = 0; i < 3; ++i) CHECK(outcome(f, message, 1) == delivered);
    CHECK(outcome(f, message, 2) == Fault::over_quota);
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto now = [] { return new_uuid(SystemClock().now()); };
    CHECK(f.run(f.writer.copy(inbox, {{1, 1}}, f.box(1, "Sent").id, now(), f.soon())).error().fault == Fault::over_quota);
    f.get(f.writer.remove(inbox, {{1, 2}}, f.soon()));
    CHECK(outcome(f, message, 2) == delivered);
    CHECK(f.get(f.writer.copy(inbox, {{3, 3}}, f.box(1, "Sent").id, now(), f.soon())).to.size() == 1);
    CHECK(outcome(f, message, 2) == Fault::over_quota);
    const auto seen = f.get(usage(f.auth, account(2), f.soon()));
    REQUIRE(seen.pool);
    CHECK((seen.pool->limit_octets == static_cast<std::int64_t>(message.size * 3) && seen.pool->used_octets == seen.pool->limit_octets));
    f.check_consistent();
}

TEST_CASE("a pool that shrinks takes back what nobody uses, and never lets mail grow beyond it", "[mailstore][pool]") {
    Fixture f;
    const auto message = prepare(mail("m", {}, random_bytes(1000)));
    const auto size = static_cast<std::int64_t>(message.size);
    share(f, 3, size * 1000);
    for (std::int64_t id = 1; id <= 3; ++id) CHECK(outcome(f, message, id) == delivered);
    CHECK(held(f) > size * 4);  // a little more than they use, so that few writes ask
    f.get(limit_in_one(f, {}, {{pool_number, size * 4}}));
    CHECK(held(f) <= size * 4);
    CHECK(outcome(f, message, 1) == delivered);
    CHECK(outcome(f, message, 2) == Fault::over_quota);
    f.get(limit_in_one(f, {}, {{pool_number, size}}));  // less than there is: all stays, nothing comes
    CHECK(held(f) == size * 4);
    for (std::int64_t id = 1; id <= 3; ++id) CHECK(outcome(f, message, id) == Fault::over_quota);
    f.get(limit_in_one(f, {}, {{pool_number, size * 5}}));
    CHECK(outcome(f, message, 3) == delivered);
    f.check_consistent();
}

TEST_CASE("an account comes into a pool with what it uses, and leaves it for a quota of its own", "[mailstore][pool]") {
    Fixture f;
    const auto message = prepare(mail("m", {}, random_bytes(1000)));
    const auto size = static_cast<std::int64_t>(message.size);
    f.make_account(9, size * 10);
    for (int i = 0; i < 2; ++i) CHECK(outcome(f, message, 9) == delivered);
    share(f, 2, size * 3);
    f.get(limit_in_one(f, {{.account = AccountId{9}, .pool = pool_number, .retention_days = 14}}, {{pool_number, size * 3}}));
    CHECK(f.get(usage(f.auth, account(9), f.soon())).retention_days == 14);
    CHECK(outcome(f, message, 1) == delivered);
    CHECK(outcome(f, message, 9) == Fault::over_quota);
    f.get(limit_in_one(f, {{.account = AccountId{9}, .quota_octets = size * 3}}, {{pool_number, size * 3}}));
    CHECK(outcome(f, message, 9) == delivered);
    CHECK(outcome(f, message, 9) == Fault::over_quota);
    CHECK(outcome(f, message, 2) == delivered);  // its place is free
    // When the last one has left, the pool goes.
    std::vector<Limits> own{{.account = AccountId{1}, .quota_octets = size}, {.account = AccountId{2}, .quota_octets = size}};
    f.get(limit_in_one(f, own, {}));
    CHECK(f.database.sql("select count(*) from mail.pool") == "0");
    CHECK_FALSE(f.get(usage(f.auth, account(1), f.soon())).pool);
    f.check_consistent();
}

TEST_CASE("who needs what another writer holds waits for it rather than being refused", "[mailstore][pool]") {
    Fixture f;
    const auto message = prepare(mail("m", {}, random_bytes(1000)));
    share(f, 2, static_cast<std::int64_t>(message.size));
    CHECK(outcome(f, message, 1) == delivered);
    f.get(f.writer.remove(Fixture::ref(f.inbox(1)), {{1, 1}}, f.soon()));  // account 1 holds all of it and uses nothing
    f.run([](Fixture& x, const PreparedMessage& m) -> Task<void> {
        constexpr pg::Statement hold{"test.hold", "select 1 from mail.account where account_id = 1 for no key update"};
        auto tx = (co_await x.imap.begin(tenant, x.soon())).value();
        (void)(co_await tx.query(hold, pg::Params{})).value();
        std::vector<Delivery> one{to(m, 2)};
        auto skipped = (co_await Fixture::deliver_in_one(x, one, Busy::skip)).value();
        CHECK(skipped[0].outcomes[0].error().fault == Fault::unavailable);
        CHECK((co_await Fixture::deliver_in_one(x, one, Busy::wait)).error().fault == Fault::conflict);
    }(f, message));
    CHECK(outcome(f, message, 2) == Fault::internal);
    f.check_consistent();
}

TEST_CASE("a pool is its tenant's alone, and only auth says what it has", "[mailstore][pool][isolation]") {
    Fixture f;
    static constexpr TenantId other{8};
    share(f, 1, 100'000);
    f.run([](Fixture& x) -> Task<void> {
        constexpr pg::Statement see{"test.see", "select count(*) from mail.pool"};
        constexpr pg::Statement draw_theirs{"test.draw", "select count(*) from mail.draw(7, '{1}', '{1000}')"};
        constexpr pg::Statement set{"test.set", "select mail.set_limits(7, '{1}', '{1}', '{0}', '{0}', '{}', '{}')"};
        constexpr pg::Statement widen{"test.widen", "update mail.account set quota_octets = 1000000"};
        CHECK((co_await x.auth.query(other, see, pg::Params{}, x.soon())).value()[0].get<std::int64_t>(0) == 0);
        CHECK((co_await x.auth.query(tenant, see, pg::Params{}, x.soon())).value()[0].get<std::int64_t>(0) == 1);
        CHECK_FALSE((co_await x.imap.query(other, draw_theirs, pg::Params{}, x.soon())).has_value());
        CHECK_FALSE((co_await x.auth.query(other, set, pg::Params{}, x.soon())).has_value());
        for (auto* gateway : {&x.imap, &x.delivery, &x.pop3}) {
            CHECK_FALSE((co_await gateway->query(tenant, set, pg::Params{}, x.soon())).has_value());
            CHECK_FALSE((co_await gateway->query(tenant, widen, pg::Params{}, x.soon())).has_value());
        }
        CHECK_FALSE((co_await x.pop3.query(tenant, draw_theirs, pg::Params{}, x.soon())).has_value());
    }(f));
}
