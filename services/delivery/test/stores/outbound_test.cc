// Mail for other places: the next hop, retries, reports.
#include <catch2/catch.hpp>

#include "delivery/metrics.h"
#include "queue_house.h"

using namespace queue_house;

TEST_CASE("mail for other places goes to the next hop in one transaction", "[delivery][rfc5321:3.6.1]") {
    House house;
    house.start();
    const auto id = house.send({House::remote("x@far.example"), House::local("eve@one.test", one, eve), House::remote("y@far.example")});
    REQUIRE(house.becomes(id, "relayed", 0));
    REQUIRE(house.becomes(id, "relayed", 2));
    REQUIRE(house.sink.mails.size() == 1);
    CHECK(house.sink.mails[0].octets == House::mail("one"));
    CHECK(house.sink.mails[0].sender.starts_with("<ada@one.test>"));
    CHECK(house.sink.mails[0].recipients == std::vector<std::string>{"x@far.example", "y@far.example"});
    CHECK(house.detail(id) == "250 2.0.0 kept");
    CHECK(house.queue_empty());
    house.check_ledger();
}

TEST_CASE("many recipients are sent to by the hundred", "[delivery][rfc5321:4.5.3.1.8]") {
    House house;
    house.start();
    std::vector<Recipient> all;
    for (int i = 0; i < 250; ++i) all.push_back(House::remote("r" + std::to_string(i) + "@far.example"));
    house.send(std::move(all));
    REQUIRE(house.until([&] { return house.queue_empty(); }));
    CHECK(house.sink.mails.size() == 3);
    std::size_t recipients = 0;
    for (const auto& mail : house.sink.mails) recipients += mail.recipients.size();
    CHECK(recipients == 250);
    CHECK(house.count("queue.ingest_recipient where outcome = 'relayed'") == 250);
}

TEST_CASE("a temporary refusal is tried again", "[delivery][rfc5321:4.5.4.1]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "450 4.7.1 greylisted";
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.heard("RCPT") >= 3; }));
    CHECK(house.outcome(id) == "queued");
    house.sink.replies.clear();
    CHECK(house.becomes(id, "relayed"));
    CHECK(house.sink.mails.size() == 1);
    CHECK(house.messages_in(ada) == 0);
}

TEST_CASE("a permanent refusal comes back to the sender, one report for all", "[delivery][rfc3464:2][rfc5321:3.6.3]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "550 5.1.1 no such user";
    house.sink.replies["RCPT y@far.example"] = "551 5.1.6 moved";
    house.start();
    const auto id = house.send({House::remote("x@far.example"), House::remote("y@far.example"), House::remote("z@far.example")}, "refused");
    REQUIRE(house.becomes(id, "bounced", 0));
    CHECK(house.outcome(id, 1) == "bounced");
    CHECK(house.outcome(id, 2) == "relayed");
    REQUIRE(house.until([&] { return house.messages_in(ada) == 1 && house.queue_empty(); }));
    const auto report = house.newest(one, ada);
    CHECK(report.starts_with("Return-Path: <>\r\nDelivered-To: ada@one.test\r\n"));
    CHECK(has(report, "Final-Recipient: rfc822;x@far.example\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; 127.0.0.1\r\n"));
    CHECK(has(report, "Final-Recipient: rfc822;y@far.example"));
    CHECK_FALSE(has(report, "z@far.example"));
    CHECK(has(report, "Subject: refused\r\n"));
    CHECK_FALSE(has(report, "Hello"));
    CHECK(house.messages_in(ada) == 1);
    house.check_ledger();
}

TEST_CASE("a report to somebody elsewhere is relayed with an empty sender", "[delivery][rfc5321:4.5.5]") {
    House house;
    house.directory.insert_or_assign("gone@one.test", identity::Recipient{Kind::unknown, one, "gone@one.test", {}, 1});
    house.start();
    house.send({House::local("gone@one.test", one, AccountId{98})}, "lost", "zoe@far.example");
    REQUIRE(house.until([&] { return house.sink.mails.size() == 1 && house.queue_empty(); }));
    CHECK(house.sink.mails[0].sender.starts_with("<>"));
    CHECK(house.sink.mails[0].recipients == std::vector<std::string>{"zoe@far.example"});
    CHECK(has(house.sink.mails[0].octets, "Final-Recipient: rfc822;gone@one.test"));
    house.check_ledger();
}

TEST_CASE("there is no report about a report, nor to a sender that does not exist", "[delivery][rfc5321:6.1]") {
    House house;
    house.sink.replies["RCPT x@far.example"] = "550 5.1.1 no";
    house.directory.insert_or_assign("nobody@one.test", identity::Recipient{Kind::unknown, one, "nobody@one.test", {}, 1});
    house.start();
    const auto null_sender = house.send({House::remote("x@far.example")}, "null", "");
    const auto no_sender = house.send({House::remote("x@far.example")}, "nobody", "nobody@one.test");
    CHECK(house.becomes(null_sender, "discarded"));
    CHECK(house.becomes(no_sender, "discarded"));
    CHECK(house.queue_empty());
    CHECK(house.count("queue.ingest") == 2);
    house.check_ledger();
}

TEST_CASE("what was tried for too long is given back", "[delivery][rfc5321:4.5.4.1]") {
    House house;
    house.sink.replies["CONNECT"] = "421 4.3.2 not now";
    house.start();
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sink.connections >= 2; }));
    // The worker runs in this thread: waiting here for a row that it has locked would wait for ever.
    const auto expired = [&] {
        return house.sql(
                   "update queue.recipient set expires_at = now() where ctid in (select ctid from queue.recipient for update skip locked) "
                   "returning 'expired'") == "expired";
    };
    REQUIRE(house.until(expired));
    REQUIRE(house.becomes(id, "bounced"));
    REQUIRE(house.until([&] { return house.messages_in(ada) == 1; }));
    CHECK(has(house.newest(one, ada), "Status: 5.4.7\r\n"));
}

TEST_CASE("without a next hop mail for other places waits", "[delivery]") {
    House house;
    auto how = house.options();
    how.smarthost = {};
    house.start(how);
    const auto id = house.send({House::remote("x@far.example")});
    REQUIRE(house.until([&] { return house.sql("select last_reply from queue.recipient") == "450 4.4.1 no smarthost is set"; }));
    CHECK(house.outcome(id) == "queued");
    CHECK(house.messages_in(ada) == 0);
}

TEST_CASE("8-bit text is found out", "[delivery][rfc6152:2]") {
    House house;
    house.start();
    house.submit(house.submission({House::remote("x@far.example")}, House::mail("eight", "gr\xc3\xbc\xc3\x9f dich\r\n")));
    REQUIRE(house.until([&] { return house.sink.mails.size() == 1; }));
    CHECK(house.sink.mails[0].sender.ends_with(" BODY=8BITMIME"));
}
