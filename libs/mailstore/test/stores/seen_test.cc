// What a reader has seen is his alone (docs/adr/0007).
#include "sky/mailstore/seen.h"

#include <algorithm>

#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

Uuid operation() { return new_uuid(SystemClock{}.now()); }

// Account 1 has mail, which 2 and 3 read too.
struct Readers : Fixture {
    Readers() {
        for (std::int64_t id = 1; id <= 3; ++id) make_account(id);
        for (int i = 1; i <= 5; ++i) deliver_one(1, mail("message " + std::to_string(i)));
    }
    MailboxRef inbox_of(std::int64_t account, std::int64_t who) {
        auto out = ref(inbox(account));
        if (account != who) out.reader = AccountId{who};
        return out;
    }
    MailboxRef as(const MailboxRef& box, std::int64_t who) {
        MailboxRef out = box;
        out.reader = box.account == AccountId{who} ? AccountId{} : AccountId{who};
        return out;
    }
    std::vector<Placement> messages(const MailboxRef& box) { return get(reader.load(box, {1, 0xFFFFFFFF}, 1000, soon())); }
    // Those that `who` has seen in account 1's inbox.
    std::vector<std::uint32_t> seen_by(const MailboxRef& box, std::int64_t who) {
        std::vector<std::uint32_t> out;
        for (const Placement& one : messages(as(box, who)))
            if ((one.flags.system & seen) != 0) out.push_back(one.uid.value);
        return out;
    }
    std::vector<std::uint32_t> seen_by(std::int64_t who) { return seen_by(ref(inbox(1)), who); }
    Stored store(std::int64_t who, UidSet uids, FlagChange change, std::optional<ModSeq> since = {}) {
        return get(writer.store(inbox_of(1, who), std::move(uids), std::move(change), since, soon()));
    }
    std::int64_t unseen(std::int64_t who, MailboxId box) {
        return get(count_unseen(imap, tenant, AccountId{who}, {box, MailboxId{1}}, soon())).at(box);
    }
};

using Uids = std::vector<std::uint32_t>;
const FlagChange see{FlagMode::add, seen, {}};
const FlagChange unsee{FlagMode::remove, seen, {}};

}  // namespace

TEST_CASE("everyone sees for himself", "[mailstore][seen][rfc4314:2.1]") {
    Readers f;
    const auto done = f.store(2, {{2, 3}}, see);
    CHECK(f.seen_by(1).empty());
    CHECK(f.seen_by(2) == Uids{2, 3});
    CHECK(f.seen_by(3).empty());
    REQUIRE(done.placements.size() == 2);
    for (const Placement& one : done.placements) {
        CHECK(one.flags.system == seen);
        CHECK(one.modseq == done.changed.modseq);
    }
    f.store(1, {{1, 1}}, see);
    f.store(3, {{1, 5}}, see);
    f.store(3, {{2, 2}}, unsee);
    CHECK(f.seen_by(1) == Uids{1});
    CHECK(f.seen_by(2) == Uids{2, 3});
    CHECK(f.seen_by(3) == Uids{1, 3, 4, 5});
    const auto box = f.inbox(1);
    CHECK(box.unseen == 4);
    CHECK(f.unseen(2, box.id) == 3);
    CHECK(f.unseen(3, box.id) == 1);
    CHECK(f.get(first_unseen(f.imap, f.inbox_of(1, 1), f.soon())) == 2);
    CHECK(f.get(first_unseen(f.imap, f.inbox_of(1, 2), f.soon())) == 1);
    CHECK(f.get(first_unseen(f.imap, f.inbox_of(1, 3), f.soon())) == 2);
    f.store(3, {{2, 2}}, see);
    CHECK(f.get(first_unseen(f.imap, f.inbox_of(1, 3), f.soon())) == 0);
    CHECK(f.unseen(3, box.id) == 0);
    f.check_consistent();
}

TEST_CASE("of mailboxes in which somebody has seen nothing, all is unseen; of those that are gone nothing is told", "[mailstore][seen]") {
    Readers f;
    CHECK(f.unseen(2, f.inbox(1).id) == 5);
    CHECK(f.get(count_unseen(f.imap, tenant, AccountId{2}, {MailboxId{987654321}}, f.soon())).empty());
    CHECK(f.get(count_unseen(f.imap, tenant, AccountId{2}, {}, f.soon())).empty());
}

TEST_CASE("to see is a change like any other: MODSEQ, the log, UNCHANGEDSINCE", "[mailstore][seen][rfc7162:3.1]") {
    Readers f;
    const auto before = f.inbox(1).modseq;
    const auto done = f.store(2, {{2, 3}}, see);
    CHECK(f.inbox(1).modseq == done.changed.modseq);
    for (const std::int64_t who : {1, 2, 3}) {
        const auto news = f.get(f.reader.changes(f.inbox_of(1, who), before, f.soon()));
        REQUIRE(news.placements.size() == 2);
        for (const Placement& one : news.placements) {
            CHECK(one.modseq == done.changed.modseq);
            CHECK(one.flags.system == (who == 2 ? seen : 0));
        }
    }
    // Nothing to do: no MODSEQ of messages, no change.
    const auto again = f.store(2, {{2, 3}}, see);
    CHECK(again.changed.modseq.value == 0);
    CHECK(again.placements.size() == 2);
    CHECK(again.placements.at(0).modseq == done.changed.modseq);
    // Somebody else's change comes in between.
    const auto late = f.store(3, {{1, 3}}, see, before);
    CHECK(late.modified == Uids{2, 3});
    REQUIRE(late.placements.size() == 1);
    CHECK(f.seen_by(3) == Uids{1});
    // Below the log's floor it is the placements that tell.
    f.database.sql("update mail.account set log_floor = modseq where account_id = 1");
    const auto news = f.get(f.reader.changes(f.inbox_of(1, 2), before, f.soon()));
    CHECK_FALSE(news.complete);
    REQUIRE(news.placements.size() == 3);
    CHECK(news.placements.at(1).flags.system == seen);
}

TEST_CASE("what else is changed with it is everyone's", "[mailstore][seen][rfc9051:6.4.6]") {
    Readers f;
    const auto done = f.store(2, {{1, 2}}, {FlagMode::add, seen | flagged, {"Work"}});
    REQUIRE(done.placements.size() == 2);
    CHECK(done.placements.at(0).flags == Flags{seen | flagged, 1});
    CHECK(f.messages(f.inbox_of(1, 1)).at(0).flags == Flags{flagged, 1});
    CHECK(f.messages(f.inbox_of(1, 3)).at(0).flags == Flags{flagged, 1});
    f.store(3, {{1, 5}}, see);
    // A replacement takes away what it may and what it does not name.
    f.store(2, {{1, 1}}, {FlagMode::replace, answered, {}});
    CHECK(f.messages(f.inbox_of(1, 2)).at(0).flags == Flags{answered, 0});
    CHECK(f.seen_by(2) == Uids{2});
    CHECK(f.seen_by(3) == Uids{1, 2, 3, 4, 5});
    f.store(2, {{2, 2}}, {FlagMode::replace, answered, {}, {answered | flagged, FlagScope::Keywords::left}});
    CHECK(f.messages(f.inbox_of(1, 2)).at(1).flags == Flags{seen | answered, 1});
    f.store(2, {{3, 3}}, {FlagMode::replace, seen, {}});
    CHECK(f.seen_by(2) == Uids{2, 3});
    CHECK(f.messages(f.inbox_of(1, 1)).at(2).flags == Flags{});
    CHECK(f.inbox(1).unseen == 5);
    f.check_consistent();
}

TEST_CASE("where nothing can be changed nothing has been seen", "[mailstore][seen]") {
    Readers f;
    std::vector<std::string> many;
    for (int i = 0; i < 65; ++i) many.push_back("k" + std::to_string(i));
    const auto full = f.run(f.writer.store(f.inbox_of(1, 2), {{1, 5}}, {FlagMode::add, seen, many}, {}, f.soon()));
    CHECK(full.error().fault == Fault::limit);
    CHECK(f.seen_by(2).empty());
    const auto nowhere = f.run(f.writer.store({tenant, AccountId{1}, MailboxId{987654321}, AccountId{2}}, {{1, 5}}, see, {}, f.soon()));
    CHECK(nowhere.error().fault == Fault::not_found);
    const auto nobody = f.run(f.writer.store({tenant, AccountId{99}, f.inbox(1).id, AccountId{2}}, {{1, 5}}, see, {}, f.soon()));
    CHECK(nobody.error().fault == Fault::not_found);
    CHECK(f.database.sql("select count(*) from mail.seen") == "0");
    const auto absent = f.store(2, {{100, 200}}, see);
    CHECK(absent.placements.empty());
    CHECK(absent.changed.modseq.value == 0);
}

TEST_CASE("what somebody puts there as seen is seen by him", "[mailstore][seen][rfc4314:4]") {
    Readers f;
    const auto message = prepare(mail("one"));
    const auto other = prepare(mail("two"));
    const auto inbox = f.inbox_of(1, 2);
    const auto one = f.get(f.writer.append(inbox, {{&message, seen | flagged, {}, {}}}, operation(), f.soon()));
    const auto two = f.get(f.writer.append(inbox, {{&message, 0, {}, {}}, {&other, seen, {}, {}}}, operation(), f.soon()));
    const auto three = f.get(f.writer.append(inbox, {{&message, flagged, {}, {}}}, operation(), f.soon()));
    CHECK(f.seen_by(2) == Uids{one.placed.at(0).uid.value, two.placed.at(1).uid.value});
    CHECK(f.seen_by(1).empty());
    CHECK(f.messages(f.inbox_of(1, 1)).at(5).flags.system == flagged);
    CHECK(f.messages(f.inbox_of(1, 1)).at(5).modseq == one.changed.modseq);
    CHECK(f.inbox(1).unseen == 9);
    const auto replaced = f.get(f.writer.replace(inbox, one.placed.at(0).uid, inbox, {&other, seen, {}, {}}, operation(), f.soon()));
    CHECK(f.seen_by(2) == Uids{two.placed.at(1).uid.value, replaced.placed->uid.value});
    CHECK(f.inbox(1).unseen == 9);
    f.check_consistent();
}

TEST_CASE("copies are seen by who copied what he had seen", "[mailstore][seen][rfc4314:4]") {
    Readers f;
    f.store(1, {{1, 1}}, see);
    f.store(2, {{2, 3}}, see);
    const auto archive = Fixture::ref(f.box(1, "Archive"));
    f.get(f.writer.copy(f.inbox_of(1, 2), {{1, 3}}, archive.mailbox, operation(), f.soon()));
    CHECK(f.seen_by(archive, 1).empty());
    CHECK(f.seen_by(archive, 2) == Uids{2, 3});
    CHECK(f.seen_by(archive, 3).empty());
    f.get(f.writer.copy(f.inbox_of(1, 2), {{1, 3}}, archive.mailbox, operation(), f.soon(), {flagged}));  // he may not mark there
    CHECK(f.seen_by(archive, 2) == Uids{2, 3});
    f.get(f.writer.copy(f.inbox_of(1, 1), {{1, 3}}, archive.mailbox, operation(), f.soon()));
    CHECK(f.seen_by(archive, 1) == Uids{7});
    CHECK(f.seen_by(archive, 2) == Uids{2, 3});
    f.check_consistent();
}

TEST_CASE("what moves has been seen by those who had seen it", "[mailstore][seen][rfc6851:3.3]") {
    Readers f;
    f.store(1, {{1, 2}}, see);
    f.store(2, {{2, 3}}, see);
    f.store(3, {{3, 4}}, see);
    const auto archive = Fixture::ref(f.box(1, "Archive"));
    f.get(f.writer.move(f.inbox_of(1, 2), {{2, 2}, {4, 4}}, archive.mailbox, operation(), f.soon()));  // become 1 and 2
    CHECK(f.seen_by(archive, 1) == Uids{1});
    CHECK(f.seen_by(archive, 2) == Uids{1});
    CHECK(f.seen_by(archive, 3) == Uids{2});
    f.get(f.writer.move(f.inbox_of(1, 1), {{1, 1}, {3, 3}}, archive.mailbox, operation(), f.soon()));  // 3 and 4
    CHECK(f.seen_by(archive, 1) == Uids{1, 3});
    CHECK(f.seen_by(archive, 2) == Uids{1, 4});
    CHECK(f.seen_by(archive, 3) == Uids{2, 4});
    // Whoever may not mark anything there has not seen it there.
    f.get(f.writer.move(f.as(archive, 2), {{1, 1}, {4, 4}}, f.inbox(1).id, operation(), f.soon(), {flagged}));
    CHECK(f.seen_by(2).empty());
    CHECK(f.seen_by(1) == Uids{6});
    CHECK(f.seen_by(3) == Uids{7});
    CHECK(f.inbox(1).unseen == 2);
    f.check_consistent();
}

TEST_CASE("what was seen here and there is counted, and moves", "[mailstore][seen]") {
    Readers f;
    for (int i = 0; i < 20; ++i) f.deliver_one(1, mail("more " + std::to_string(i)));
    for (std::uint32_t uid = 1; uid <= 25; uid += 2) f.store(2, {{uid, uid}}, see);
    f.get(f.writer.remove(f.inbox_of(1, 1), {{5, 8}, {25, 25}}, f.soon()));
    CHECK(f.unseen(2, f.inbox(1).id) == 10);
    const auto archive = Fixture::ref(f.box(1, "Archive"));
    f.get(f.writer.move(f.inbox_of(1, 1), {{1, 25}}, archive.mailbox, operation(), f.soon()));
    CHECK(f.unseen(2, archive.mailbox) == 10);
    CHECK(f.unseen(2, f.inbox(1).id) == 0);
    CHECK(f.seen_by(archive, 2) == Uids{1, 3, 5, 7, 9, 11, 13, 15, 17, 19});
    f.check_consistent();
}

TEST_CASE("between accounts goes what the one who copies has seen", "[mailstore][seen]") {
    Readers f;
    f.store(1, {{1, 1}}, see);
    f.store(2, {{2, 2}}, see);
    const auto mine = Fixture::ref(f.inbox(2));
    f.get(f.writer.copy_across(f.inbox_of(1, 2), {{1, 3}}, mine, operation(), f.soon()));
    CHECK(f.seen_by(mine, 2) == Uids{2});
    CHECK(f.inbox(2).unseen == 2);
    // And the other way: into what is not his own.
    const auto theirs = f.inbox_of(3, 2);
    f.get(f.writer.copy_across(mine, {{1, 3}}, theirs, operation(), f.soon()));
    CHECK(f.seen_by(theirs, 2) == Uids{2});
    CHECK(f.seen_by(theirs, 3).empty());
    f.get(f.writer.copy_across(mine, {{1, 3}}, theirs, operation(), f.soon(), {flagged}));
    CHECK(f.seen_by(theirs, 2) == Uids{2});
    // From one that is not his to another.
    f.get(f.writer.move_across(f.inbox_of(1, 2), {{1, 2}}, theirs, operation(), f.soon()));
    CHECK(f.seen_by(theirs, 2) == Uids{2, 8});
    CHECK(f.seen_by(theirs, 3).empty());
    CHECK(f.inbox(3).unseen == 8);
    CHECK(f.inbox(1).unseen == 3);
    f.check_consistent();
}

TEST_CASE("what was seen goes with INBOX when it is renamed, with the mailbox, and with whoever saw it", "[mailstore][seen]") {
    Readers f;
    f.store(2, {{2, 3}}, see);
    f.store(3, {{3, 3}}, see);
    f.get(f.boxes.rename(account(1), "INBOX", "Old", f.soon()));
    CHECK(f.seen_by(Fixture::ref(f.box(1, "Old")), 2) == Uids{2, 3});
    CHECK(f.database.sql("select count(*) from mail.seen") == "2");
    f.database.sql("select set_config('sky.tenant', '7', false), mail.delete_account(7, 2)");
    CHECK(f.database.sql("select principal_id from mail.seen") == "3");
    f.get(f.boxes.remove(account(1), "Old", f.soon()));
    CHECK(f.database.sql("select count(*) from mail.seen") == "0");
}
