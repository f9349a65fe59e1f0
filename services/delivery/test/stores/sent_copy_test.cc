// Copies for the sent mail of shared mailboxes.
#include <catch2/catch.hpp>

#include "queue_house.h"

using namespace queue_house;

namespace {
std::string sent_of(const House& house, AccountId account) {
    return house.sql(
        "select count(*) || ' ' || coalesce(string_agg(p.system::text, ','), '') from mail.placement p join mail.mailbox b"
        " using (tenant_id, mailbox_id) where b.special_use = 6 and b.account_id = " +
        std::to_string(account.value));
}
Submission in_name_of(House& house, AccountId account, std::vector<Recipient> recipients) {
    auto out = house.submission(std::move(recipients), House::mail("one"), "eve@one.test");
    out.envelope.account = ada;
    out.envelope.sent_copies = {{account, "eve@one.test"}};
    return out;
}
}  // namespace

TEST_CASE("a shared mailbox keeps what is sent in its name, seen, in the same commit", "[delivery][rfc6154:2]") {
    House house;
    auto given = in_name_of(house, eve, {House::local("ada@one.test", one, ada), House::remote("x@far.example")});
    const auto id = given.envelope.ingest;
    house.submit(std::move(given));
    CHECK(sent_of(house, eve) == "1 8");
    CHECK(house.messages_in(ada) == 1);
    CHECK(house.messages_in(eve) == 1);
    CHECK(house.count("mail.blob") == 1);
    CHECK(house.outcome(id, 2) == "delivered");
    CHECK(house.detail(id, 2) == "copy for sent mail");
    CHECK(house.newest(one, eve).starts_with("From: ada@one.test"));  // no lines of delivery
    house.check_ledger();
}

TEST_CASE("the same submission again makes no second copy", "[delivery]") {
    House house;
    auto given = in_name_of(house, eve, {House::remote("x@far.example")});
    house.submit(given);
    house.submit(given);
    given.envelope.ingest = new_uuid(SystemClock().now());  // the client tries again
    house.submit(given);
    CHECK(sent_of(house, eve) == "1 8");
}

TEST_CASE("a copy that has no place now follows, and never hurts the mail", "[delivery]") {
    House house;
    house.sql("update mail.account set quota_octets = 1 where account_id = 12");
    auto given = in_name_of(house, eve, {House::local("ada@one.test", one, ada)});
    const auto id = given.envelope.ingest;
    house.submit(std::move(given));
    CHECK(house.outcome(id, 0) == "delivered");
    CHECK(house.outcome(id, 1) == "queued");
    house.check_ledger();
    house.start();
    house.run(sleep_for(300ms));
    house.sql("update mail.account set quota_octets = null where account_id = 12");
    CHECK(house.becomes(id, "delivered", 1));
    CHECK(sent_of(house, eve) == "1 8");
    CHECK(house.until([&] { return house.queue_empty(); }));
    house.check_ledger();
}

TEST_CASE("a copy that finds no place in the end is left out without a report", "[delivery]") {
    House house;
    house.sql("update mail.account set quota_octets = 1 where account_id = 12");
    auto full = in_name_of(house, eve, {House::local("ada@one.test", one, ada)});
    const auto id = full.envelope.ingest;
    house.submit(std::move(full));
    house.sql("update queue.recipient set expires_at = now()");
    house.start();
    CHECK(house.becomes(id, "discarded", 1));
    house.sql("update mail.account set quota_octets = null where account_id = 12");
    house.sql("update mail.mailbox set special_use = 0 where account_id = 12");
    auto gone = in_name_of(house, eve, {House::remote("y@far.example")});
    const auto second = gone.envelope.ingest;
    house.submit(std::move(gone));
    CHECK(house.outcome(second, 1) == "discarded");
    CHECK(house.becomes(second, "relayed", 0));
    CHECK(house.messages_in(eve) == 0);
    CHECK(house.messages_in(ada) == 1);
    house.check_ledger();
}
