// Mail to moderated groups: held, asked about, decided once, returned in time.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "delivery/store/moderation.h"
#include "queue_house.h"
#include "sky/smtp-proto/decision.h"

using namespace queue_house;

namespace {
constexpr auto group = "all@one.test";

// all@one.test has ada and eve, and bob of another tenant; eve moderates it.
struct Room : House {
    Room() {
        const identity::Target members[] = {{one, ada, "ada@one.test"}, {one, eve, "eve@one.test"}, {two, bob, "bob@two.test"}};
        identity::Recipient whole{Kind::local, one, group, {members[0], members[1], members[2]}, 1};
        whole.how = identity::Recipient::How::group;
        directory.insert_or_assign(group, whole);
        auto asked = whole;
        asked.targets = {members[1]};
        asked.moderation = true;
        moderated.insert_or_assign(group, asked);
    }
    static Recipient to_group() { return {group, {}, one, {}, Recipient::Kind::moderated}; }
    Uuid hold(const std::string& subject = "one", std::vector<Recipient> others = {}, const std::string& sender = "zoe@far.example") {
        others.insert(others.begin(), to_group());
        const auto id = send(std::move(others), subject, sender);
        REQUIRE(until([&] { return is_asked(id); }));
        return id;
    }
    bool is_asked(Uuid id) const {
        return sql("select count(*) from queue.moderation where decision = '' and ingest_id = '" + id.text() + "'") == "1" &&
               sql("select count(*) from queue.recipient where state = 'moderation'") != "0";
    }
    // The token in the newest request that eve got.
    std::string token() {
        until([&] { return messages_in(eve) > 0; });
        const auto request = newest(one, eve);
        const auto at = request.find("mailto:approve-");
        return at == std::string::npos ? "" : request.substr(at + 15, 32);
    }
    // Somebody of ours who signed in writes to a decision's address.
    Uuid decide(smtp::Choice choice, const std::string& token, AccountId by = eve, const std::string& words = "Hello\r\n") {
        const auto address = smtp::print({choice, smtp::digest_of_token(token), "one.test"});
        auto given = submission({{address, {}, one, {}, Recipient::Kind::decision}}, mail(new_uuid(SystemClock().now()).text(), words),
                                by == eve ? "eve@one.test" : "ada@one.test");
        given.envelope.account = by;
        return submit(std::move(given));
    }
    store::MessageKey key_of(Uuid id) const {
        return {one, QueueId{std::stoll(sql("select queue_id from queue.message where ingest_id = '" + id.text() + "'"))}};
    }
    Result<store::Ruled> rule(Uuid id, store::Route route, const std::string& by = "skyctl") {
        return run(store::rule(pool, key_of(id), 0, {route, by, {}, "550 5.7.1 no"}, 60s, after(5s)));
    }
};
}  // namespace

TEST_CASE("mail to a moderated group is held in the same commit, and only that", "[delivery]") {
    Room room;
    const auto id =
        room.send({Room::to_group(), House::local("ada@one.test", one, ada), House::remote("x@far.example")}, "one", "zoe@far.example");
    CHECK(room.outcome(id, 0) == "held");
    CHECK(room.outcome(id, 1) == "delivered");
    CHECK(room.outcome(id, 2) == "queued");
    CHECK(room.sql("select route from queue.recipient where position = 0") == "moderation");
    room.start();
    CHECK(room.becomes(id, "relayed", 2));
    REQUIRE(room.until([&] { return room.messages_in(eve) == 1; }));
    CHECK(room.messages_in(ada) == 1);
    CHECK(room.outcome(id, 0) == "held");
    room.check_ledger();
}

TEST_CASE("the moderators are written to, with the mail attached and two addresses", "[delivery][rfc3834:5][rfc2046:5.2.1]") {
    Room room;
    room.start();
    room.hold("Lunch");
    REQUIRE(room.token().size() == 32);
    const auto request = room.newest(one, eve);
    CHECK(request.starts_with("Return-Path: <>\r\nDelivered-To: eve@one.test\r\nFrom: <all@one.test>\r\nTo: moderators:;\r\n"));
    CHECK(has(request, "Auto-Submitted: auto-generated\r\n"));
    CHECK(has(request, "Reply-To: <approve-" + room.token() + "@one.test>\r\n"));
    CHECK(has(request, "mailto:reject-" + room.token() + "@one.test\r\n"));
    CHECK(has(request, "From: <zoe@far.example>"));
    CHECK(has(request, "Content-Type: message/rfc822\r\n\r\n" + House::mail("Lunch")));
    // Whoever reads the database can't decide.
    CHECK(room.sql("select token_digest from queue.moderation") == smtp::digest_of_token(room.token()));
    CHECK(room.messages_in(ada) == 0);
    CHECK(room.sql("select state from queue.recipient") == "moderation");
    room.check_ledger();
}

TEST_CASE("an approval lets it through to the members as they are then, from its sender", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold("Lunch");
    const auto token = room.token();
    room.directory.at(group)->targets.pop_back();  // bob has left
    const auto decision = room.decide(smtp::Choice::approve, token);
    CHECK(room.becomes(decision, "delivered"));
    CHECK(room.detail(decision) == "approved for all@one.test");
    CHECK(room.becomes(id, "delivered"));
    CHECK(room.messages_in(ada) == 1);
    CHECK(room.messages_in(eve) == 2);  // and the request
    CHECK(room.messages_in(bob) == 0);
    CHECK(room.newest(one, ada).starts_with("Return-Path: <zoe@far.example>\r\n"));
    CHECK(room.sql("select decision || ' ' || decided_by from queue.moderation") == "approved eve@one.test");
    CHECK(room.until([&] { return room.queue_empty(); }));
    room.check_ledger();
}

TEST_CASE("a rejection goes back to the sender with the moderator's words", "[delivery][rfc3464:2]") {
    Room room;
    room.start();
    const auto id = room.hold("Sale", {}, "ada@one.test");
    room.decide(smtp::Choice::reject, room.token(), eve, "Not here, please.\r\n");
    CHECK(room.becomes(id, "bounced"));
    REQUIRE(room.until([&] { return room.messages_in(ada) == 1 && room.queue_empty(); }));
    const auto report = room.newest(one, ada);
    CHECK(has(report, "Final-Recipient: rfc822;all@one.test\r\nAction: failed\r\nStatus: 5.7.1\r\n"));
    CHECK(has(report, "Not here, please."));
    CHECK_FALSE(has(report, "eve@one.test"));
    CHECK(room.messages_in(bob) == 0);
    room.check_ledger();
}

TEST_CASE("nobody but a moderator decides, and only with the token", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold();
    const auto token = room.token();
    const auto stranger = room.decide(smtp::Choice::approve, token, ada);
    CHECK(room.becomes(stranger, "bounced"));
    CHECK(has(room.detail(stranger), "550 5.7.1 you do not moderate this group"));
    const auto unsigned_one = room.decide(smtp::Choice::approve, token, AccountId{});
    CHECK(room.becomes(unsigned_one, "bounced"));
    const auto guessed = room.decide(smtp::Choice::approve, std::string(32, '0'));
    CHECK(room.becomes(guessed, "bounced"));
    CHECK(has(room.detail(guessed), "550 5.7.1 no mail waits for this decision"));
    room.moderated.at(group).targets = {{one, ada, "ada@one.test"}};  // eve has left, ada has come
    const auto former = room.decide(smtp::Choice::approve, token, eve);
    CHECK(room.becomes(former, "bounced"));
    CHECK(room.outcome(id) == "held");
    CHECK(room.becomes(room.decide(smtp::Choice::approve, token, ada), "delivered"));
    CHECK(room.becomes(id, "delivered"));
    room.check_ledger();
}

TEST_CASE("the first decision counts, the same again is no error", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold();
    const auto token = room.token();
    const auto first = room.decide(smtp::Choice::approve, token);
    CHECK(room.becomes(first, "delivered"));
    CHECK(room.becomes(id, "delivered"));
    CHECK(room.becomes(room.decide(smtp::Choice::approve, token), "delivered"));
    const auto other = room.decide(smtp::Choice::reject, token);
    CHECK(room.becomes(other, "bounced"));
    CHECK(has(room.detail(other), "550 5.7.1 this mail was approved before by eve@one.test"));
    CHECK(room.messages_in(ada) == 1);
    CHECK(room.messages_in(bob) == 1);
}

TEST_CASE("two who decide at the same time make one decision", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold();
    room.run(room.runner->drain(after(4s)));
    room.runner.reset();  // nobody works on it meanwhile
    std::vector<store::Ruled> all;
    Group group_of_two(room.context.get_executor());
    const auto decide = [](Room& in, store::MessageKey key, store::Route route, std::vector<store::Ruled>& out) -> Task<void> {
        out.push_back((co_await store::rule(in.pool, key, 0, {route, "x", {}, "550 5.7.1 no"}, 60s, after(5s))).value());
    };
    const auto key = room.key_of(id);
    group_of_two.spawn("one", decide(room, key, store::Route::approved, all));
    group_of_two.spawn("two", decide(room, key, store::Route::rejected, all));
    REQUIRE(room.until([&] { return all.size() == 2; }));
    CHECK(std::ranges::count(all, store::Ruled::done) == 1);
    CHECK(std::ranges::count(all, store::Ruled::otherwise) == 1);
    CHECK(room.sql("select decision = route from queue.moderation, queue.recipient where route in ('approved', 'rejected')") == "t");
    CHECK(room.outcome(id) == "queued");
    CHECK(room.rule(id, store::Route::approved).value() != room.rule(id, store::Route::rejected).value());
    room.check_ledger();
}

TEST_CASE("what nobody decides goes back in time, and the moderators are told", "[delivery][rfc3464:2]") {
    Room room;
    room.start();
    const auto id = room.hold("Late", {}, "ada@one.test");
    const auto token = room.token();
    room.sql("update queue.recipient set expires_at = now() where state = 'moderation'");
    REQUIRE(room.becomes(id, "bounced"));
    REQUIRE(room.until([&] { return room.messages_in(eve) == 2 && room.messages_in(ada) == 1 && room.queue_empty(); }));
    CHECK(has(room.newest(one, ada), "Status: 5.4.7\r\n"));
    CHECK(has(room.newest(one, eve), "It was returned to its sender."));
    CHECK(has(room.newest(one, eve), "Subject: Late\r\n"));
    const auto late = room.decide(smtp::Choice::approve, token);
    CHECK(room.becomes(late, "bounced"));
    CHECK(room.messages_in(bob) == 0);
    room.check_ledger();
}

TEST_CASE("a group that is gone, or needs no moderator any more", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold("gone", {}, "ada@one.test");
    const auto token = room.token();
    const auto group_then = room.directory.at(group);
    const auto rule_then = room.moderated.at(group);
    room.directory.insert_or_assign(group, identity::Recipient{Kind::unknown, one, group, {}, 1});
    room.moderated.erase(group);
    const auto decision = room.decide(smtp::Choice::approve, token);
    CHECK(room.becomes(decision, "bounced"));
    CHECK(room.outcome(id) == "held");
    CHECK(room.rule(id, store::Route::approved) == store::Ruled::done);  // an operator
    room.runner->wake();
    CHECK(room.becomes(id, "bounced"));
    CHECK(has(room.detail(id), "550 5.1.1"));

    room.directory.insert_or_assign(group, group_then);
    const auto open = room.send({Room::to_group()}, "open", "zoe@far.example");  // the rule changed since smtp asked
    CHECK(room.becomes(open, "delivered"));
    CHECK(room.until([&] { return room.messages_in(bob) == 1; }));
    room.check_ledger();
}

TEST_CASE("an operator lists, flushes and removes what is held", "[delivery]") {
    Room room;
    room.start();
    const auto id = room.hold();
    const auto entries = room.run(store::held(room.pool, "@one.test", QueueId{}, 10, after(5s))).value();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].group == group);
    CHECK(entries[0].sender == "zoe@far.example");
    CHECK(entries[0].asked);
    CHECK(room.run(store::held(room.pool, "@two.test", QueueId{}, 10, after(5s))).value().empty());
    CHECK(room.rule(id, store::Route::rejected) == store::Ruled::done);
    CHECK(room.rule(id, store::Route::rejected) == store::Ruled::before);
}

#ifdef SKYBRIDGE_FAILPOINTS
TEST_CASE("whatever fails between a hold and its end, there is one request, one decision and one copy", "[delivery]") {
    const std::string point = GENERATE("queue.after_claim", "queue.work", "queue.letter", "queue.transfer.before_commit",
                                       "queue.transfer.after_commit", "queue.end.before_commit", "queue.end.after_commit");
    CAPTURE(point);
    const char* path = std::getenv("SKYBRIDGE_FAILPOINT_FILE");  // named by failpoint_test.cc
    REQUIRE(path);
    Room room;
    auto how = room.options();
    how.lease = 500ms;
    room.start(how);
    const auto trouble = [&](bool on) {
        if (on)
            std::ofstream(path) << point << "=error";
        else
            std::filesystem::remove(path);
    };
    trouble(true);
    const auto id = room.send({Room::to_group()}, "one", "zoe@far.example");
    room.run(sleep_for(300ms));
    trouble(false);
    REQUIRE(room.until([&] { return room.is_asked(id) && room.messages_in(eve) == 1; }));
    const auto token = room.token();
    trouble(true);
    const auto decision = room.decide(smtp::Choice::approve, token);
    room.run(sleep_for(300ms));
    trouble(false);
    CHECK(room.becomes(decision, "delivered"));
    CHECK(room.becomes(id, "delivered"));
    CHECK(room.until([&] { return room.queue_empty(); }));
    CHECK(room.messages_in(ada) == 1);
    CHECK(room.messages_in(bob) == 1);
    CHECK(room.messages_in(eve) == 2);
    room.check_ledger();
}
#endif
