// When a message came into the mailbox it is in, whoever put it there (RFC 8514).
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

Uuid operation() { return new_uuid(SystemClock{}.now()); }

// As if all that is stored had come on 9 September 2001.
void age(Fixture& f) { f.database.sql("update mail.placement set saved_at = timestamptz 'epoch' + interval '1000000000 seconds'"); }
constexpr std::uint32_t then = 1'000'000'000;

}  // namespace

TEST_CASE("delivery, APPEND, COPY and MOVE tell when they saved; flags do not touch it", "[mailstore][rfc8514:3]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("delivered"));
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto old_date = from_unix_micros(900'000'000'000'000);
    const auto message = prepare(mail("appended"));
    f.get(f.writer.append(inbox, {{&message, 0, {}, old_date}}, operation(), f.soon()));
    for (const Placement& one : f.all(f.inbox(1))) CHECK(one.saved_at > then);
    age(f);
    const auto stored = f.get(f.writer.store(inbox, {{1, 1}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    CHECK(stored.placements.at(0).saved_at == then);
    const auto archive = f.box(1, "Archive");
    f.get(f.writer.copy(inbox, {{1, 1}}, archive.id, operation(), f.soon()));
    f.get(f.writer.move(inbox, {{2, 2}}, archive.id, operation(), f.soon()));
    const auto there = f.all(archive);
    REQUIRE(there.size() == 2);
    CHECK((there[0].saved_at > then && there[1].saved_at > then));
    CHECK(there[1].internal_date == old_date);
    CHECK(f.all(f.inbox(1)).at(0).saved_at == then);
    f.check_consistent();
}

TEST_CASE("a renamed mailbox keeps when its messages came; a renamed INBOX is left behind and its messages move",
          "[mailstore][rfc8514:3]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("a"));
    age(f);
    f.get(f.boxes.rename(account(1), "INBOX", "Old", f.soon()));
    CHECK(f.all(f.box(1, "Old")).at(0).saved_at > then);
    age(f);
    f.get(f.boxes.rename(account(1), "Old", "Older", f.soon()));
    CHECK(f.all(f.box(1, "Older")).at(0).saved_at == then);
}

TEST_CASE("of messages from before it was kept nothing is known", "[mailstore][rfc8514:4.2]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("a"));
    f.database.sql("update mail.placement set saved_at = null");
    CHECK(f.all(f.inbox(1)).at(0).saved_at == 0);
    const auto changes = f.get(f.reader.changes(Fixture::ref(f.inbox(1)), ModSeq{1}, f.soon()));
    CHECK(changes.placements.at(0).saved_at == 0);
}

TEST_CASE("one mailbox of an account has a special use", "[mailstore][rfc6154:3]") {
    Fixture f;
    f.make_account(1);
    CHECK(f.run(f.boxes.create(account(1), "Posted", SpecialUse::sent, f.soon())).error().fault == Fault::wrong_state);
    CHECK(f.run(f.boxes.create(account(1), "Sent", SpecialUse::sent, f.soon())).error().fault == Fault::already_exists);
    f.get(f.boxes.remove(account(1), "Sent", f.soon()));
    CHECK(f.get(f.boxes.create(account(1), "Posted", SpecialUse::sent, f.soon())).special_use == SpecialUse::sent);
    f.get(f.boxes.create(account(1), "Plain", SpecialUse::none, f.soon()));
    f.get(f.boxes.create(account(1), "Plainer", SpecialUse::none, f.soon()));
}
