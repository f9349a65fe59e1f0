// Mail that delivery commits, and mail that others store, comes into the full-text index by itself.
#include "delivery/indexer.h"

#include <catch2/catch.hpp>

#include "sky/async/group.h"
#include "sky/mailstore/accounts.h"
#include "sky/mailstore/deliver.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace {

using namespace sky;
using namespace std::chrono_literals;

constexpr TenantId tenant{7};

struct House {
    support::ScratchDatabase database{{"libs/mailstore"}};
    boost::asio::io_context context;
    pg::Pool auth{context.get_executor(), {.dsn = database.dsn("sky_auth"), .connections = 1}};
    pg::Pool delivery{context.get_executor(), {.dsn = database.dsn("sky_delivery"), .connections = 4}};
    OffloadPool offload{1, 100};
    mailstore::ObjectIds ids;

    void make_account(std::int64_t id) {
        REQUIRE(support::run(context, [](House& h, std::int64_t number) -> Task<Result<void>> {
            auto tx = co_await h.auth.begin(tenant, after(30s));
            if (!tx) co_return forward(tx);
            auto made = co_await mailstore::create_account(*tx, {tenant, AccountId{number}}, mailstore::AccountKind::user, {});
            if (!made) co_return made;
            co_return co_await tx->commit();
        }(*this, id)));
    }
    void deliver(std::int64_t id, const std::string& text) {
        const auto message = mailstore::prepare("Subject: x\r\n\r\n" + text + "\r\n");
        REQUIRE(support::run(context, [](House& h, std::int64_t number, const mailstore::PreparedMessage* prepared) -> Task<Result<void>> {
            auto tx = co_await h.delivery.begin(tenant, after(30s));
            if (!tx) co_return forward(tx);
            mailstore::Recipient to;
            to.account = AccountId{number};
            to.internal_date = SystemClock{}.now();
            const std::vector<mailstore::Delivery> deliveries{{prepared, {to}}};
            auto done = co_await mailstore::deliver(*tx, tenant, h.ids, deliveries, mailstore::Busy::wait);
            if (!done) co_return forward(done);
            co_return co_await tx->commit();
        }(*this, id, &message)));
    }
    std::string indexed() const { return database.sql("select coalesce(sum(document_count), 0) from mail.search_segment"); }
    // Accounts whose index has all that they have, and that no indexer works on.
    std::string done() const {
        return database.sql(
            "select count(*) from mail.search_state s join mail.account a using (tenant_id, account_id) where s.modseq = a.modseq and "
            "s.leased_until is null");
    }
    // Lets the indexer work until so many are indexed and it is done with so many accounts.
    void work_until(delivery::Indexer& indexer, const std::string& documents, const std::string& accounts) {
        Group group(context.get_executor());
        group.spawn("test.index", indexer.run());
        context.restart();
        const Deadline limit = after(30s);
        while ((indexed() != documents || done() != accounts) && !passed(limit)) context.run_for(20ms);
        CHECK(indexed() == documents);
        CHECK(done() == accounts);
        support::run(context, group.stop(after(5s)));
    }
};

}  // namespace

TEST_CASE("committed mail is indexed", "[delivery]") {
    House house;
    house.make_account(1);
    delivery::Indexer indexer(house.delivery, house.offload, {.delay = 100ms, .sweep = 1h, .sweeps = false});
    for (int i = 0; i < 3; ++i) {
        house.deliver(1, "number " + std::to_string(i));
        indexer.changed({tenant, AccountId{1}});
    }
    house.work_until(indexer, "3", "1");
}

TEST_CASE("what nobody told of is found by looking", "[delivery]") {
    House house;
    house.make_account(1);
    house.make_account(2);
    house.deliver(1, "one");
    house.deliver(2, "two");
    delivery::Indexer indexer(house.delivery, house.offload, {.delay = 100ms, .sweep = 200ms, .sweeps = true});
    house.work_until(indexer, "2", "2");
}
