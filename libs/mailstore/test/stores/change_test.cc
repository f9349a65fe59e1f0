#include <boost/asio/detached.hpp>
#include <map>

#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
const auto now = [] { return new_uuid(SystemClock{}.now()); };
std::vector<std::uint32_t> uids(const std::vector<Placement>& placements) {
    std::vector<std::uint32_t> out;
    for (const auto& p : placements) out.push_back(p.uid.value);
    return out;
}
using Uids = std::vector<std::uint32_t>;
}  // namespace

TEST_CASE("flags are added, removed and replaced, counts follow", "[mailstore][rfc9051:6.4.6]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto box = Fixture::ref(f.inbox(1));
    auto stored = f.get(f.writer.store(box, {{1, 2}, {9, 99}}, {FlagMode::add, seen | deleted, {"$Label1", "work"}}, {}, f.soon()));
    CHECK(uids(stored.placements) == Uids{1, 2});
    CHECK(stored.keywords == std::vector<std::string>{"$Label1", "work"});
    CHECK(stored.placements[0].flags == Flags{seen | deleted, 3});
    CHECK(stored.placements[0].modseq == stored.changed.modseq);
    auto inbox = f.inbox(1);
    CHECK((inbox.unseen == 1 && inbox.deleted == 2 && inbox.modseq == stored.changed.modseq));
    stored = f.get(f.writer.store(box, {{1, 1}}, {FlagMode::remove, deleted, {"WORK", "absent"}}, {}, f.soon()));
    CHECK(stored.placements[0].flags == Flags{seen, 1});
    stored = f.get(f.writer.store(box, {{1, 1}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    CHECK(stored.changed.modseq.value == 0);
    stored = f.get(f.writer.store(box, {{1, 1}}, {FlagMode::replace, flagged, {"other"}}, {}, f.soon()));
    CHECK(stored.placements[0].flags == Flags{flagged, 4});
    CHECK(f.inbox(1).unseen == 2);
    CHECK(f.run(f.writer.store(box, {{1, 1}}, {FlagMode::add, 0, {"no way"}}, {}, f.soon())).error().fault == Fault::syntax);
    std::vector<std::string> many;
    for (int i = 0; i < 70; ++i) many.push_back("k" + std::to_string(i));
    CHECK(f.run(f.writer.store(box, {{1, 1}}, {FlagMode::add, 0, many}, {}, f.soon())).error().fault == Fault::limit);
    CHECK(f.run(f.writer.store({tenant, AccountId{2}, box.mailbox}, {{1, 1}}, {FlagMode::add, 0, {}}, {}, f.soon())).error().fault ==
          Fault::not_found);
    f.check_consistent();
}

TEST_CASE("UNCHANGEDSINCE spares what has changed", "[mailstore][rfc7162:3.1.3]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("a"));
    const auto second = f.deliver_one(1, mail("b"));
    const auto box = Fixture::ref(f.inbox(1));
    f.get(f.writer.store(box, {{1, 1}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    const auto stored = f.get(f.writer.store(box, {{1, 2}}, {FlagMode::add, flagged, {}}, second.modseq, f.soon()));
    CHECK(stored.modified == Uids{1});
    CHECK(uids(stored.placements) == Uids{2});
}

TEST_CASE("copy and move carry flags and keywords, and repeat nothing", "[mailstore][rfc6851:3]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto archive = f.box(1, "Archive");
    f.get(f.writer.store(Fixture::ref(archive), {}, {FlagMode::add, 0, {"first"}}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::add, seen, {"work"}}, {}, f.soon()));
    const auto id = now();
    const auto copied = f.get(f.writer.copy(inbox, {{2, 3}, {7, 8}}, archive.id, id, f.soon()));
    CHECK((copied.from == Uids{2, 3} && copied.to == Uids{1, 2}));
    CHECK(copied.uid_validity == archive.uid_validity);
    const auto again = f.get(f.writer.copy(inbox, {{2, 3}}, archive.id, id, f.soon()));
    CHECK((again.to == Uids{1, 2} && again.changed.modseq == copied.changed.modseq));
    auto there = f.all(archive);
    REQUIRE(there.size() == 2);
    CHECK(there[0].flags == Flags{seen, 2});
    CHECK(f.box(1, "Archive").keywords == std::vector<std::string>{"first", "work"});
    CHECK(there[0].email == f.all(f.inbox(1))[1].email);
    const auto moved = f.get(f.writer.move(inbox, {{1, 1}}, archive.id, now(), f.soon()));
    CHECK((moved.from == Uids{1} && moved.to == Uids{3}));
    CHECK(uids(f.all(f.inbox(1))) == Uids{2, 3, 4});
    const auto onto_itself = f.get(f.writer.move(inbox, {{2, 2}}, inbox.mailbox, now(), f.soon()));
    CHECK(onto_itself.to == Uids{5});
    CHECK(f.run(f.writer.move(inbox, {{3, 3}}, MailboxId{999'999}, now(), f.soon())).error().fault == Fault::not_found);
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 6);
    f.check_consistent();
}

TEST_CASE("a copy that would pass the quota copies nothing", "[mailstore]") {
    Fixture f;
    const auto message = prepare(mail("m"));
    f.make_account(1, static_cast<std::int64_t>(message.size * 3));
    f.deliver_one(1, mail("m"));
    f.deliver_one(1, mail("m"));
    const auto inbox = Fixture::ref(f.inbox(1));
    CHECK(f.run(f.writer.copy(inbox, {{1, 2}}, f.box(1, "Sent").id, now(), f.soon())).error().fault == Fault::over_quota);
    CHECK(f.all(f.box(1, "Sent")).empty());
    CHECK(f.get(f.writer.move(inbox, {{1, 2}}, f.box(1, "Sent").id, now(), f.soon())).to.size() == 2);
    f.check_consistent();
}

TEST_CASE("expunge removes what is marked, remove what is named", "[mailstore][rfc9051:6.4.3]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 5; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    f.get(f.writer.copy(inbox, {{1, 1}}, f.box(1, "Archive").id, now(), f.soon()));
    f.get(f.writer.store(inbox, {{1, 3}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    CHECK(f.get(f.writer.expunge(inbox, UidSet{{2, 5}}, f.soon())).uids == Uids{2, 3});
    CHECK(f.get(f.writer.expunge(inbox, {}, f.soon())).uids == Uids{1});
    const auto nothing = f.get(f.writer.expunge(inbox, {}, f.soon()));
    CHECK((nothing.uids.empty() && nothing.changed.modseq.value == 0));
    Writer pop{f.pop3, f.clock};
    CHECK(f.get(pop.remove(inbox, {{4, 4}, {77, 77}}, f.soon())).uids == Uids{4});
    CHECK(uids(f.all(f.inbox(1))) == Uids{5});
    CHECK(f.database.sql("select count(distinct email_id) from mail.placement") == "2");
    CHECK(f.inbox(1).uid_next == Uid{6});
    f.check_consistent();
}

TEST_CASE("many messages go in slices and none is missed", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    const auto message = prepare(mail("many"));
    std::vector<Recipient> recipients(2500, Recipient{AccountId{1}, {}, "", f.clock.now()});
    f.deliver_all({{&message, recipients}});
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto stored = f.get(f.writer.store(inbox, {{1, 0xFFFFFFFF}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    CHECK(stored.placements.size() == 2500);
    CHECK(f.inbox(1).deleted == 2500);
    UidSet odd;
    for (std::uint32_t uid = 1; uid < 5000; uid += 2) odd.push_back({uid, uid});
    CHECK(f.get(f.writer.store(inbox, odd, {FlagMode::add, seen, {}}, {}, f.soon())).placements.size() == 1250);
    CHECK(f.inbox(1).unseen == 1250);
    CHECK(f.get(f.writer.expunge(inbox, UidSet{{1, 3}, {5, 1500}, {2400, 9000}}, f.soon())).uids.size() == 3 + 1496 + 101);
    const auto expunged = f.get(f.writer.expunge(inbox, {}, f.soon()));
    CHECK(expunged.uids.size() == 2500 - 1600);
    CHECK(f.get(f.reader.vanished(inbox, ModSeq{1}, f.soon())).uids.value() == UidSet{{1, 2500}});
    f.check_consistent();
}

TEST_CASE("append keeps flags, date and operation id", "[mailstore][rfc9051:6.3.12]") {
    Fixture f;
    f.make_account(1);
    const auto one = prepare(mail("one")), two = prepare(mail("two"));
    const auto sent = Fixture::ref(f.box(1, "Sent"));
    const auto id = now();
    const auto when = from_unix_micros(1'600'000'000'000'000);
    const auto done = f.get(f.writer.append(sent, {{&one, seen, {"$x"}, when}, {&two, 0, {}, {}}}, id, f.soon()));
    REQUIRE(done.placed.size() == 2);
    const auto again = f.get(f.writer.append(sent, {{&one, seen, {}, when}}, id, f.soon()));
    CHECK(again.placed.size() == 2);
    CHECK(again.placed[1].email == done.placed[1].email);
    const auto there = f.all(f.box(1, "Sent"));
    REQUIRE(there.size() == 2);
    CHECK((there[0].flags == Flags{seen, 1} && there[0].internal_date == when));
    CHECK(f.run(f.writer.append({tenant, AccountId{1}, MailboxId{5555}}, {{&one, 0, {}, {}}}, now(), f.soon())).error().fault ==
          Fault::not_found);
    f.check_consistent();
}

TEST_CASE("changes above a watermark are exactly what happened", "[mailstore][rfc7162:3.1.4]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 5; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto start = f.inbox(1).modseq;
    CHECK(f.get(f.reader.changes(inbox, start, f.soon())).placements.empty());
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    f.deliver_one(1, mail("new"));
    f.get(f.writer.remove(inbox, {{4, 4}}, f.soon()));
    f.get(f.writer.copy(inbox, {{1, 1}}, f.box(1, "Archive").id, now(), f.soon()));
    auto changes = f.get(f.reader.changes(inbox, start, f.soon()));
    CHECK((uids(changes.placements) == Uids{2, 6} && changes.vanished == UidSet{{4, 4}} && changes.complete));
    CHECK(changes.mailbox.uid_next == Uid{7});
    CHECK(f.get(f.reader.changes(inbox, changes.mailbox.modseq, f.soon())).placements.empty());
    CHECK(f.get(f.reader.modseq(account(1), f.soon())) > changes.mailbox.modseq);

    // Partitions that hold the past are dropped; what is asked below the floor is answered by a scan.
    f.database.sql(
        "alter table mail.change_log detach partition mail.change_log_rest; create table mail.change_log_20200106 partition of "
        "mail.change_log "
        "for values from ('2020-01-06') to ('2020-01-13'); alter table mail.change_log attach partition mail.change_log_rest default; "
        "update mail.change_log set logged_on = '2020-01-07'");
    f.get(rotate_log(f.delivery, std::chrono::days(30), f.soon()));
    CHECK(f.database.sql("select count(*) from mail.change_log") == "0");
    changes = f.get(f.reader.changes(inbox, start, f.soon()));
    CHECK((uids(changes.placements) == Uids{2, 6} && changes.vanished.empty() && !changes.complete));
    CHECK_FALSE(f.get(f.reader.vanished(inbox, start, f.soon())).uids);
    CHECK(f.get(f.reader.changes(inbox, f.get(f.reader.modseq(account(1), f.soon())), f.soon())).complete);
    f.check_consistent();
}

namespace {

// One of eight: delivers, flags or removes, 25 times.
Task<void> write_on(Fixture& f, MailboxRef box, const PreparedMessage& message, int number, int& running, std::string& wrong) {
    for (std::uint32_t i = 0; i < 25 && wrong.empty(); ++i) {
        const auto uid = (static_cast<std::uint32_t>(number) * 31 + i * 7) % 60 + 1;
        if (number % 4 == 0) {
            std::vector<Delivery> one{{&message, {{AccountId{1}, {}, "", f.clock.now()}}}};
            auto done = co_await Fixture::deliver_in_one(f, one, Busy::wait);
            if (!done) wrong = done.error().reason;
        } else if (number % 4 == 3 && i % 5 == 0) {
            auto done = co_await f.writer.remove(box, {{uid, uid}}, f.soon());
            if (!done) wrong = done.error().reason;
        } else {
            auto done = co_await f.writer.store(box, {{uid, uid + 2}}, {i % 2 ? FlagMode::add : FlagMode::remove, seen, {}}, {}, f.soon());
            if (!done) wrong = done.error().reason;
        }
    }
    --running;
}

// A reader that knows only what changes() tells it.
struct View {
    std::map<std::uint32_t, Placement> messages;
    ModSeq at{1};
    std::uint32_t highest = 0;
    int polls = 0;

    Task<void> poll(Fixture& f, MailboxRef box, std::string& wrong) {
        auto changes = co_await f.reader.changes(box, at, f.soon());
        if (!changes) {
            wrong = changes.error().reason;
            co_return;
        }
        ++polls;
        if (changes->mailbox.modseq < at) wrong = "MODSEQ went back";
        for (const auto& each : changes->placements) {
            if (!messages.contains(each.uid.value) && each.uid.value <= highest) wrong = "a UID appeared late";
            messages[each.uid.value] = each;
        }
        for (const auto& each : changes->placements) highest = std::max(highest, each.uid.value);
        for (const auto uid : uid_list(changes->vanished)) messages.erase(uid);
        at = changes->mailbox.modseq;
    }
};

}  // namespace

TEST_CASE("writers and readers at once: no reader misses a change", "[mailstore][r5]") {
    Fixture f;
    f.make_account(1);
    const auto message = prepare(mail("m"));
    std::vector<Recipient> recipients(50, Recipient{AccountId{1}, {}, "", f.clock.now()});
    f.deliver_all({{&message, recipients}});
    const auto inbox = Fixture::ref(f.inbox(1));
    int running = 8;
    std::string wrong;
    for (int number = 0; number < 8; ++number)
        boost::asio::co_spawn(f.context, write_on(f, inbox, message, number, running, wrong), boost::asio::detached);
    View view;
    while (running > 0 && wrong.empty()) f.run(view.poll(f, inbox, wrong));
    f.run(view.poll(f, inbox, wrong));
    CHECK(wrong == "");
    CHECK(view.polls > 5);
    const auto truth = f.all(f.inbox(1));
    CHECK(truth.size() == view.messages.size());
    for (const auto& each : truth)
        CHECK((view.messages[each.uid.value].flags == each.flags && view.messages[each.uid.value].modseq == each.modseq));
    f.check_consistent();
}
