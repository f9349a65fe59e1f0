#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

const auto now = [] { return new_uuid(SystemClock{}.now()); };

struct Messages {
    std::vector<PreparedMessage> prepared;
    std::vector<Append> appends(std::vector<std::string> keywords = {}) const {
        std::vector<Append> out;
        for (const auto& one : prepared) out.push_back({.message = &one, .system = seen, .keywords = keywords, .internal_date = {}});
        return out;
    }
};
Messages some(int count, const std::string& more = {}) {
    Messages out;
    for (int i = 0; i < count; ++i) out.prepared.push_back(prepare(mail("number " + std::to_string(i) + more)));
    return out;
}
std::vector<std::uint32_t> uids(const std::vector<Placement>& placements) {
    std::vector<std::uint32_t> out;
    for (const auto& one : placements) out.push_back(one.uid.value);
    return out;
}
using Uids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("octets that were stored ahead are not stored again, and belong to nobody until a message has them", "[mailstore][append]") {
    Fixture f;
    f.make_account(1);
    const auto messages = some(3);
    const auto drafts = Fixture::ref(f.box(1, "Drafts"));
    std::vector<const PreparedMessage*> some_of_them{&messages.prepared[0], &messages.prepared[2]};
    f.get(store_ahead(f.imap, tenant, f.ids, some_of_them, f.soon()));
    f.get(store_ahead(f.imap, tenant, f.ids, some_of_them, f.soon()));
    CHECK(f.database.sql("select count(*) from mail.blob") == "2");
    CHECK(f.database.sql("select count(*) from mail.email") == "0");
    f.database.sql("update mail.blob_frame set data = data || '\\x00'");  // to be told from what is stored anew
    const auto done = f.get(f.writer.append(drafts, messages.appends(), now(), f.soon()));
    CHECK(f.database.sql("select count(*) from mail.blob") == "3");
    CHECK(f.database.sql("select count(*) from mail.blob_frame where substring(data from length(data)) = '\\x00'") == "2");
    f.database.sql(
        "update mail.blob_frame set data = substring(data for length(data) - 1) where substring(data from length(data)) = '\\x00'");
    for (std::size_t i = 0; i < 3; ++i) {
        const auto octets = f.get(f.reader.read(tenant, done.placed[i].email, 0, 100'000, 100'000, f.soon()));
        CHECK(octets == mail("number " + std::to_string(i)));
    }
    f.check_consistent();
}

TEST_CASE("many messages are appended by one operation, once", "[mailstore][append][rfc3502:6.3.11]") {
    Fixture f;
    f.make_account(1);
    const auto messages = some(300);
    const auto drafts = f.box(1, "Drafts");
    const auto id = now();
    const auto first = f.get(f.writer.append(Fixture::ref(drafts), messages.appends({"work"}), id, f.soon()));
    REQUIRE(first.placed.size() == 300);
    for (std::size_t i = 0; i < first.placed.size(); ++i) {
        CHECK(first.placed[i].uid.value == i + 1);
        CHECK(first.placed[i].modseq == first.changed.modseq);
    }
    // The answer to COMMIT was lost: the same operation again finds itself.
    const auto again = f.get(f.writer.append(Fixture::ref(drafts), messages.appends({"work"}), id, f.soon()));
    REQUIRE(again.placed.size() == 300);
    CHECK(again.placed.back().uid == first.placed.back().uid);
    CHECK(again.placed.back().email == first.placed.back().email);
    CHECK(again.changed.modseq == first.changed.modseq);
    const auto there = f.all(drafts);
    CHECK(there.size() == 300);
    CHECK(there[299].flags == Flags{seen, 1});
    CHECK(f.box(1, "Drafts").uid_next == Uid{301});
    f.check_consistent();
}

TEST_CASE("of many messages all are appended or none", "[mailstore][append][rfc3502:6.3.11]") {
    Fixture f;
    const auto messages = some(5);
    f.make_account(1, static_cast<std::int64_t>(messages.prepared[0].size * 4));
    const auto drafts = f.box(1, "Drafts");
    CHECK(f.run(f.writer.append(Fixture::ref(drafts), messages.appends(), now(), f.soon())).error().fault == Fault::over_quota);
    CHECK(f.all(drafts).empty());
    std::vector<std::string> many;
    for (int i = 0; i < 70; ++i) many.push_back("k" + std::to_string(i));
    const auto two = some(2);
    auto appends = two.appends();
    appends[1].keywords = many;
    CHECK(f.run(f.writer.append(Fixture::ref(drafts), appends, now(), f.soon())).error().fault == Fault::limit);
    CHECK(f.all(drafts).empty());
    CHECK(f.box(1, "Drafts").uid_next == Uid{1});
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 0);
    f.check_consistent();
}

TEST_CASE("a message takes another's place, once", "[mailstore][append][rfc8508:3.4]") {
    Fixture f;
    f.make_account(1);
    const auto drafts = f.box(1, "Drafts");
    const auto ref = Fixture::ref(drafts);
    const auto old = some(2);
    f.get(f.writer.append(ref, old.appends(), now(), f.soon()));
    const auto messages = some(1, " again");
    const auto id = now();
    const auto replaced = f.get(f.writer.replace(ref, Uid{1}, ref, messages.appends({"work"}).front(), id, f.soon()));
    REQUIRE(replaced.placed);
    CHECK(replaced.placed->uid == Uid{3});
    CHECK(uids(f.all(drafts)) == Uids{2, 3});
    CHECK(f.all(drafts)[1].flags == Flags{seen, 1});
    const auto again = f.get(f.writer.replace(ref, Uid{1}, ref, messages.appends({"work"}).front(), id, f.soon()));
    REQUIRE(again.placed);
    CHECK(
        (again.placed->uid == Uid{3} && again.placed->email == replaced.placed->email && again.changed.modseq == replaced.changed.modseq));
    CHECK(uids(f.all(drafts)) == Uids{2, 3});
    // Readers of the log see both.
    const auto changes = f.get(f.reader.changes(ref, ModSeq{replaced.changed.modseq.value - 3}, f.soon()));
    CHECK(contains(changes.vanished, 1));
    f.check_consistent();
}

TEST_CASE("a message that is gone is not replaced, and nothing is put anywhere", "[mailstore][append][rfc8508:3.4]") {
    Fixture f;
    f.make_account(1);
    const auto drafts = Fixture::ref(f.box(1, "Drafts"));
    const auto sent = Fixture::ref(f.box(1, "Sent"));
    const auto messages = some(1);
    f.get(f.writer.append(drafts, messages.appends(), now(), f.soon()));
    const auto gone = f.get(f.writer.replace(drafts, Uid{7}, sent, messages.appends().front(), now(), f.soon()));
    CHECK_FALSE(gone.placed);
    CHECK(f.all(f.box(1, "Sent")).empty());
    // The other way round: no mailbox for the new one, and the old one stays.
    const MailboxRef nowhere{tenant, AccountId{1}, MailboxId{999'999}};
    CHECK(f.run(f.writer.replace(drafts, Uid{1}, nowhere, messages.appends().front(), now(), f.soon())).error().fault == Fault::not_found);
    CHECK(uids(f.all(f.box(1, "Drafts"))) == Uids{1});
    // Into another mailbox.
    const auto moved = f.get(f.writer.replace(drafts, Uid{1}, sent, messages.appends().front(), now(), f.soon()));
    REQUIRE(moved.placed);
    CHECK(moved.placed->mailbox == sent.mailbox);
    CHECK(f.all(f.box(1, "Drafts")).empty());
    CHECK(uids(f.all(f.box(1, "Sent"))) == Uids{1});
    f.check_consistent();
}

TEST_CASE("a message is replaced by one in another account, or nothing happens", "[mailstore][append][rfc8508:3.4]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2, 1000);
    const auto messages = some(1);
    for (const auto& [from, to] : {std::pair(1, 2), std::pair(2, 1)}) {  // accounts are locked in one order, whichever way it goes
        const auto drafts = Fixture::ref(f.box(from, "Drafts")), sent = Fixture::ref(f.box(to, "Sent"));
        f.get(f.writer.append(drafts, messages.appends(), now(), f.soon()));
        const auto id = now();
        const auto done = f.get(f.writer.replace(drafts, Uid{1}, sent, messages.appends({"work"}).front(), id, f.soon()));
        REQUIRE(done.placed);
        CHECK((done.changed.account == AccountId{to} && done.source.account == AccountId{from}));
        CHECK(uids(f.all(f.box(from, "Drafts"))).empty());
        CHECK(uids(f.all(f.box(to, "Sent"))) == Uids{1});
        CHECK(f.get(usage(f.imap, account(from), f.soon())).used_messages == (from == 1 ? 0 : 1));
        CHECK(contains(f.get(f.reader.vanished(drafts, ModSeq{1}, f.soon())).uids.value(), 1));
        CHECK(f.get(f.reader.changes(sent, ModSeq{1}, f.soon())).placements.size() == 1);
        // Once, and both are told again.
        const auto again = f.get(f.writer.replace(drafts, Uid{1}, sent, messages.appends({"work"}).front(), id, f.soon()));
        CHECK((again.placed->uid == Uid{1} && again.changed.modseq == done.changed.modseq && again.source.modseq >= done.source.modseq));
        CHECK(uids(f.all(f.box(to, "Sent"))) == Uids{1});
    }
    // No room there: the old one stays.
    const auto large = some(1, std::string(2000, 'x'));
    const auto drafts = Fixture::ref(f.box(1, "Drafts"));
    f.get(f.writer.append(drafts, messages.appends(), now(), f.soon()));
    const auto full =
        f.run(f.writer.replace(drafts, Uid{2}, Fixture::ref(f.box(2, "Sent")), large.appends().front(), now(), f.soon())).error().fault;
    CHECK(full == Fault::over_quota);
    CHECK(uids(f.all(f.box(1, "Drafts"))) == Uids{2});
    f.check_consistent();
}

TEST_CASE("what the old message took of the quota is there for the new one", "[mailstore][append][rfc8508:3.4]") {
    Fixture f;
    const auto messages = some(1);
    f.make_account(1, static_cast<std::int64_t>(messages.prepared[0].size));
    const auto drafts = Fixture::ref(f.box(1, "Drafts"));
    f.get(f.writer.append(drafts, messages.appends(), now(), f.soon()));
    CHECK(f.run(f.writer.append(drafts, messages.appends(), now(), f.soon())).error().fault == Fault::over_quota);
    CHECK(f.get(f.writer.replace(drafts, Uid{1}, drafts, messages.appends().front(), now(), f.soon())).placed);
    const auto larger = some(1, std::string(200, 'x'));
    CHECK(f.run(f.writer.replace(drafts, Uid{2}, drafts, larger.appends().front(), now(), f.soon())).error().fault == Fault::over_quota);
    CHECK(uids(f.all(f.box(1, "Drafts"))) == Uids{2});
    f.check_consistent();
}
