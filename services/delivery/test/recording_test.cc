#include "delivery/recording.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::delivery;
using namespace std::chrono_literals;

namespace {
constexpr TenantId one{1}, two{2};

Submission submission(std::vector<Recipient> recipients, std::string sender = "ada@one.test") {
    Submission out;
    out.envelope.ingest = new_uuid(SystemClock().now());
    out.envelope.tenant = one;
    out.envelope.sender = std::move(sender);
    out.envelope.recipients = std::move(recipients);
    return out;
}
Recipient here(std::string address, std::int64_t account, TenantId tenant = one) {
    return {std::move(address), {}, tenant, AccountId{account}};
}
Recipient remote(std::string address) { return {std::move(address), "orig;x", {}, {}}; }
Result<mailstore::Placed> placed(std::int64_t mailbox, std::uint32_t uid) {
    return mailstore::Placed{MailboxId{mailbox}, {}, Uid{uid}, {}, {}};
}
}  // namespace

TEST_CASE("only mailboxes of the submission's tenant are planned, each account once", "[delivery]") {
    const auto mail = submission(
        {here("a@one.test", 11), remote("x@far"), here("b@two.test", 21, two), here("alias@one.test", 11), here("c@one.test", 12)});
    const auto plan = plan_local(mail);
    CHECK(plan.positions == std::vector<std::int32_t>{0, 4});
    REQUIRE(plan.delivery.recipients.size() == 2);
    CHECK(plan.delivery.recipients[1].account == AccountId{12});
    CHECK(plan.delivery.recipients[1].prefix == "Return-Path: <ada@one.test>\r\nDelivered-To: c@one.test\r\n");
}

TEST_CASE("every recipient has one row in the ledger, and queued ones one in the queue", "[delivery]") {
    const auto mail = submission({here("a@one.test", 11), remote("x@far"), here("b@two.test", 21, two), here("alias@one.test", 11)});
    const auto plan = plan_local(mail);
    const auto rows = record(mail, plan, {placed(5, 9)}, Schedule{});
    REQUIRE(rows.ledger.size() == 4);
    CHECK(rows.ledger[0].outcome == "delivered");
    CHECK(rows.ledger[0].mailbox == MailboxId{5});
    CHECK(rows.ledger[0].uid == Uid{9});
    CHECK(rows.ledger[1].outcome == "queued");
    CHECK(rows.ledger[2].outcome == "queued");
    CHECK(rows.ledger[3].outcome == "delivered");
    CHECK(rows.ledger[3].detail == "same mailbox as a@one.test");
    REQUIRE(rows.queue.size() == 2);
    CHECK(rows.queue[0].route == store::Route::remote);
    CHECK(rows.queue[0].original == "orig;x");
    CHECK(rows.queue[0].expires_in == Schedule{}.life);
    CHECK(rows.queue[1].route == store::Route::local);
    CHECK(rows.queue[1].target == two);
    CHECK(rows.queue[1].account == AccountId{21});
    CHECK(rows.queue[1].due_in == 0ms);
}

TEST_CASE("what a mailbox could not take waits, in the way its reason asks for", "[delivery]") {
    const auto mail = submission({here("full@one.test", 11), here("gone@one.test", 12), here("busy@one.test", 13)}, "");
    const std::vector<Result<mailstore::Placed>> outcomes{unexpected(Fault::over_quota, ""), unexpected(Fault::not_found, ""),
                                                          unexpected(Fault::unavailable, "")};
    const auto rows = record(mail, plan_local(mail), outcomes, Schedule{});
    REQUIRE(rows.queue.size() == 3);
    CHECK(rows.queue[0].route == store::Route::local);
    CHECK(rows.queue[0].due_in == Schedule{}.first);
    CHECK(rows.queue[0].last_reply == "452 4.2.2 the mailbox is full");
    CHECK(rows.queue[0].expires_in == Schedule{}.bounce_life);
    CHECK(rows.queue[1].route == store::Route::unresolved);
    CHECK(rows.queue[2].route == store::Route::local);
    CHECK(rows.queue[2].due_in == 0ms);
    for (const auto& row : rows.ledger) CHECK(row.outcome == "queued");
}

TEST_CASE("each public folder of a tree gets its copy", "[delivery]") {
    const auto folder = [](std::string address, std::string original = {}) {
        return Recipient{std::move(address), std::move(original), one, AccountId{31}, Recipient::Kind::public_folder};
    };
    const auto mail = submission({folder("f+news@one.test"), folder("f+events@one.test"), folder("f+news@one.test"),
                                  folder("f@one.test", "news@one.test"), folder("f@one.test", "events@one.test")});
    const auto plan = plan_local(mail);
    CHECK(plan.positions == std::vector<std::int32_t>{0, 1, 3, 4});
    REQUIRE(plan.delivery.recipients.size() == 4);
    CHECK(plan.delivery.recipients[2].written_to == std::vector<std::string>{"f@one.test", "news@one.test"});
    CHECK(plan_local(submission({here("a@one.test", 11)})).delivery.recipients[0].written_to.empty());
}
