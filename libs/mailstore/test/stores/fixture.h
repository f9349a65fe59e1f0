#pragma once
// One tenant with accounts, on a database of its own, with a pool for each role.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>

#include "sky/mailstore/accounts.h"
#include "sky/mailstore/deliver.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/upkeep.h"
#include "sky/mailstore/write.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace sky::mailstore::testing {

using namespace std::chrono_literals;

inline constexpr TenantId tenant{7};
inline AccountRef account(std::int64_t id) { return {tenant, AccountId{id}}; }

inline std::string mail(const std::string& subject, const std::string& more = {}, const std::string& body = "Hello\r\n") {
    return "From: Ada <ada@example.test>\r\nTo: bob@example.test\r\nSubject: " + subject + "\r\n" + more + "\r\n" + body;
}

struct Fixture {
    support::ScratchDatabase database{{"libs/mailstore"}};
    boost::asio::io_context context;
    pg::Pool auth{context.get_executor(), {.dsn = database.dsn("sky_auth"), .connections = 2}};
    pg::Pool delivery{context.get_executor(), {.dsn = database.dsn("sky_delivery"), .connections = 8}};
    pg::Pool imap{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 8, .plans = pg::Plans::kept}};
    pg::Pool pop3{context.get_executor(), {.dsn = database.dsn("sky_pop3"), .connections = 2}};
    pg::Pool owner{context.get_executor(), {.dsn = database.owner_dsn(), .connections = 2}};
    SystemClock clock;
    ObjectIds ids;
    Mailboxes boxes{imap};
    Reader reader{imap};
    Writer writer{imap, clock};

    Deadline soon() const { return after(30s); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    // Runs and unwraps; a failure fails the test with its reason.
    template <class T>
    T get(Task<Result<T>> task) {
        auto result = run(std::move(task));
        if (!result) FAIL(result.error().text + " | " + result.error().reason);
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
    Fault fault(const Error& error) { return error.fault; }

    void make_account(std::int64_t id, std::optional<std::int64_t> quota = {}, TenantId in = tenant, AccountKind kind = AccountKind::user) {
        get([](Fixture& f, std::int64_t number, std::optional<std::int64_t> limit, TenantId where, AccountKind what) -> Task<Result<void>> {
            auto tx = co_await f.auth.begin(where, f.soon());
            if (!tx) co_return forward(tx);
            auto made = co_await create_account(*tx, {where, AccountId{number}}, what, limit);
            if (!made) co_return made;
            co_return co_await tx->commit();
        }(*this, id, quota, in, kind));
    }

    static Task<Result<std::vector<Delivered>>> deliver_in_one(Fixture& f, std::vector<Delivery> deliveries, Busy busy) {
        auto tx = co_await f.delivery.begin(tenant, f.soon());
        if (!tx) co_return forward(tx);
        auto done = co_await deliver(*tx, tenant, f.ids, deliveries, busy);
        if (!done) co_return done;
        auto committed = co_await tx->commit();
        if (!committed) co_return forward(committed);
        co_return done;
    }
    std::vector<Delivered> deliver_all(std::vector<Delivery> deliveries, Busy busy = Busy::wait) {
        return get(deliver_in_one(*this, std::move(deliveries), busy));
    }
    Placed deliver_one(std::int64_t to, const std::string& message, std::string prefix = {}) {
        const auto prepared = prepare(message);
        return deliver_all({{&prepared, {{AccountId{to}, {}, std::move(prefix), clock.now()}}}}).front().outcomes.front().value();
    }
    Mailbox inbox(std::int64_t id) { return get(boxes.inbox(account(id), soon())); }
    Mailbox box(std::int64_t id, const std::string& name) { return get(boxes.find(account(id), name, soon())); }
    static MailboxRef ref(const Mailbox& box) { return {tenant, box.account, box.id}; }
    std::vector<Placement> all(const Mailbox& box) { return get(reader.load(ref(box), {1, 0xFFFFFFFF}, 100'000, soon())); }

    // Every test ends with a store that agrees with itself.
    void check_consistent() {
        for (const auto& finding : get(check_numbers(owner, 100, soon())))
            FAIL_CHECK(finding.check + " " + finding.object + " " + finding.text);
        for (const auto& finding : get(check_blobs(owner, BlobId{}, 10'000, soon())).findings)
            FAIL_CHECK(finding.check + " " + finding.text);
    }
};

}  // namespace sky::mailstore::testing
