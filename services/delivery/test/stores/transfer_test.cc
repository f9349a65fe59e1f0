// Mail that stays in the house: other tenants, busy and full mailboxes, addresses that moved.
#include <catch2/catch.hpp>

#include "delivery/queue/context.h"
#include "delivery/queue/transfer.h"
#include "queue_house.h"

using namespace queue_house;

TEST_CASE("mail for another tenant is delivered there, once, byte for byte", "[delivery]") {
    House house;
    house.start();
    std::string large;
    for (int i = 0; i < 12'000; ++i) large += "line " + std::to_string(i) + " of a long message that fills several frames\r\n";
    const auto octets = House::mail("large", large);
    const auto id =
        house.submit(house.submission({House::local("bob@two.test", two, bob), House::local("ada@one.test", one, ada)}, octets));
    CHECK(house.outcome(id, 1) == "delivered");
    REQUIRE(house.becomes(id, "delivered"));
    CHECK(house.messages_in(bob) == 1);
    CHECK(house.newest(two, bob) == "Return-Path: <ada@one.test>\r\nDelivered-To: bob@two.test\r\n" + octets);
    CHECK(house.queue_empty());
    REQUIRE(house.announced.size() == 1);
    CHECK(house.announced[0].account == bob);
    house.check_ledger();
}

TEST_CASE("a worker that died between delivery and its end makes no second copy", "[delivery]") {
    House house;
    const auto id = house.send({House::local("bob@two.test", two, bob)});
    {
        QueueContext dead(house.rooms(), house.options());
        const store::ClaimTerms terms{dead.worker, 50ms, 10};
        const auto claimed = house.run(store::claim_oldest(house.pool, terms, after(5s))).value();
        REQUIRE(claimed.size() == 1);
        const auto prepared = mailstore::prepare(House::mail("one"));
        const auto outcomes = house.run(transfer(dead, claimed[0], prepared, {{0, two, bob}}));
        CHECK(outcomes.at(0).verdict.kind == Verdict::Kind::done);
    }
    CHECK(house.messages_in(bob) == 1);
    CHECK(house.outcome(id) == "queued");
    auto how = house.options();
    how.lease = 200ms;
    house.start(how);
    CHECK(house.becomes(id, "delivered"));
    CHECK(house.messages_in(bob) == 1);
    CHECK(house.queue_empty());
}

TEST_CASE("a full mailbox is tried until the time is over, then the sender hears of it", "[delivery][rfc3463:3.3]") {
    House house;
    const AccountId full{22};
    house.account(two, full, "full@two.test", 10);
    const auto id = house.send({House::local("full@two.test", two, full)});
    house.start();
    REQUIRE(house.until([&] { return house.sql("select last_reply from queue.recipient") == "452 4.2.2 the mailbox is full"; }));
    CHECK(house.outcome(id) == "queued");
    house.sql("update queue.recipient set expires_at = now()");
    REQUIRE(house.becomes(id, "bounced"));
    REQUIRE(house.until([&] { return house.messages_in(ada) == 1 && house.queue_empty(); }));
    const auto report = house.newest(one, ada);
    CHECK(has(report, "Final-Recipient: rfc822;full@two.test\r\nAction: failed\r\nStatus: 5.2.2\r\n"));
    CHECK(house.messages_in(full) == 0);
    CHECK(house.count("queue.transfer where account_id = 22") == 0);
    house.check_ledger();
}

TEST_CASE("a full mailbox that was emptied takes its mail", "[delivery]") {
    House house;
    const AccountId full{22};
    house.account(one, full, "full@one.test", 10);
    const auto id = house.send({House::local("full@one.test", one, full)});
    CHECK(house.outcome(id) == "queued");
    house.sql("update mail.account set quota_octets = null");
    house.start();
    CHECK(house.becomes(id, "delivered"));
    CHECK(house.messages_in(full) == 1);
}

TEST_CASE("a mailbox that is gone is asked for by its address", "[delivery]") {
    House house;
    house.start();
    const AccountId gone{99};
    SECTION("nobody has it") {
        house.directory.insert_or_assign("moved@two.test", identity::Recipient{Kind::unknown, two, "moved@two.test", {}, 1});
        const auto id = house.send({House::local("moved@two.test", two, gone)});
        CHECK(house.becomes(id, "bounced"));
        CHECK(house.detail(id) == "550 5.1.1 no such mailbox");
        CHECK(house.until([&] { return house.messages_in(ada) == 1; }));
    }
    SECTION("it takes no mail") {
        house.directory.insert_or_assign("moved@two.test", identity::Recipient{Kind::refused, two, "moved@two.test", {}, 1});
        const auto id = house.send({House::local("moved@two.test", two, gone)});
        CHECK(house.becomes(id, "bounced"));
        CHECK(house.detail(id) == "550 5.2.1 the mailbox takes no mail");
    }
    SECTION("it leads to others, here and elsewhere") {
        house.directory.insert_or_assign(
            "moved@one.test", identity::Recipient{Kind::local,
                                                  one,
                                                  "moved@one.test",
                                                  {{one, eve, "eve@one.test"}, {two, bob, "bob@two.test"}, {{}, {}, "x@far.example"}},
                                                  1});
        const auto id = house.send({House::local("moved@one.test", one, gone)});
        CHECK(house.becomes(id, "delivered"));
        CHECK(house.messages_in(eve) == 1);
        CHECK(house.messages_in(bob) == 1);
        CHECK(house.sink.mails.at(0).recipients == std::vector<std::string>{"x@far.example"});
    }
    SECTION("the directory is away: later, never unknown") {
        house.directory.insert_or_assign("moved@two.test", unexpected(Fault::unavailable, "", "auth is away"));
        const auto id = house.send({House::local("moved@two.test", two, gone)});
        CHECK(house.until(
            [&] { return house.sql("select last_reply from queue.recipient") == "451 4.3.0 the directory can't be asked now"; }));
        CHECK(house.outcome(id) == "queued");
        house.account(two, gone, "moved@two.test");
        CHECK(house.becomes(id, "delivered"));
        CHECK(house.messages_in(gone) == 1);
    }
    house.check_ledger();
}
