// What clients that come back are told from: changes by the log, numbering by counts, an account's changes.
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

using Uids = std::vector<std::uint32_t>;

Uids uids(const std::vector<Placement>& placements) {
    Uids out;
    for (const auto& p : placements) out.push_back(p.uid.value);
    return out;
}

constexpr pg::Statement skip_uids{"test.skip_uids", "update mail.mailbox set uid_next = $3 where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement keep_present{"test.keep_present",
                                     "insert into mail.numbering select tenant_id, mailbox_id, modseq, array[messages] from mail.mailbox "
                                     "where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement spoil_kept{"test.spoil_kept",
                                   "update mail.numbering set counts = array[counts[1] + 1] where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement raise_floor{"test.raise_floor",
                                    "update mail.account set log_floor = modseq where tenant_id = $1 and account_id = $2"};

}  // namespace

TEST_CASE("changes come from the log: each message once, however often it changed", "[mailstore][rfc7162:3.1.4.1]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 6; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto before = f.inbox(1);
    const auto box = Fixture::ref(before);
    f.get(f.writer.store(box, {{2, 4}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    f.get(f.writer.store(box, {{3, 5}}, {FlagMode::add, flagged, {}}, {}, f.soon()));
    f.get(f.writer.remove(box, {{4, 4}}, f.soon()));
    const auto fresh = f.deliver_one(1, mail("new"));
    const auto changes = f.get(f.reader.changes(box, before.modseq, f.soon()));
    CHECK(changes.complete);
    CHECK(uids(changes.placements) == Uids{2, 3, 5, 7});
    CHECK(changes.vanished == UidSet{{4, 4}});
    CHECK(changes.mailbox.modseq == fresh.modseq);
    CHECK(f.get(f.reader.changes(box, fresh.modseq, f.soon())).placements.empty());
    const auto later = f.get(f.reader.changes(box, changes.placements[1].modseq, f.soon()));
    CHECK(uids(later.placements) == Uids{7});
}

TEST_CASE("below the log's floor changes say that they are not complete, and hold what changed", "[mailstore][rfc7162:3.2.5]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto before = f.inbox(1);
    const auto box = Fixture::ref(before);
    f.get(f.writer.store(box, {{2, 2}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    f.get(f.writer.remove(box, {{1, 1}}, f.soon()));
    f.get(f.owner.query(tenant, raise_floor, pg::params(tenant, AccountId{1}), f.soon()));
    const auto changes = f.get(f.reader.changes(box, before.modseq, f.soon()));
    CHECK_FALSE(changes.complete);
    CHECK(changes.vanished.empty());
    CHECK(uids(changes.placements) == Uids{2});
    CHECK_FALSE(f.get(f.reader.vanished(box, before.modseq, f.soon())).uids);
    CHECK(f.get(f.reader.present(box, {1, 0xFFFFFFFF}, f.soon())) == UidSet{{2, 3}});
}

TEST_CASE("numbering counts messages by block of UIDs", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    CHECK(f.get(f.reader.numbering(Fixture::ref(f.inbox(1)), f.soon())).counts.empty());
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto box = Fixture::ref(f.inbox(1));
    using Counts = std::vector<std::uint16_t>;
    CHECK(f.get(f.reader.numbering(box, f.soon())).counts == Counts{3});  // without holes: not counted but known
    f.get(f.owner.query(tenant, skip_uids, pg::params(tenant, box.mailbox, std::int64_t{4096}), f.soon()));
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("n" + std::to_string(i)));
    f.get(f.owner.query(tenant, skip_uids, pg::params(tenant, box.mailbox, std::int64_t{12'289}), f.soon()));
    f.deliver_one(1, mail("last"));
    f.get(f.writer.remove(box, {{2, 2}}, f.soon()));
    const auto numbering = f.get(f.reader.numbering(box, f.soon()));
    CHECK(numbering.counts == Counts{3, 2, 0, 1});
    CHECK(numbering.mailbox.messages == 6);
    CHECK(f.get(f.reader.present(box, {1, 0xFFFFFFFF}, f.soon())) == UidSet{{1, 1}, {3, 3}, {4096, 4098}, {12'289, 12'289}});
    CHECK(f.get(f.reader.present(box, {3, 4096}, f.soon())) == UidSet{{3, 3}, {4096, 4096}});
    CHECK(f.fault(f.run(f.reader.numbering({tenant, AccountId{2}, box.mailbox}, f.soon())).error()) == Fault::not_found);
}

TEST_CASE("counts that are kept are brought up to date by the log", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 6; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto box = Fixture::ref(f.inbox(1));
    f.get(f.writer.remove(box, {{2, 2}}, f.soon()));
    f.get(f.owner.query(tenant, keep_present, pg::params(tenant, box.mailbox), f.soon()));
    using Counts = std::vector<std::uint16_t>;
    CHECK(f.get(f.reader.numbering(box, f.soon())).counts == Counts{5});
    f.get(f.owner.query(tenant, skip_uids, pg::params(tenant, box.mailbox, std::int64_t{4095}), f.soon()));
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("n" + std::to_string(i)));  // 4095 to 4098
    f.get(f.writer.remove(box, {{3, 4}, {4096, 4097}}, f.soon()));
    auto numbering = f.get(f.reader.numbering(box, f.soon()));
    CHECK(numbering.counts == Counts{4, 1});
    CHECK(numbering.mailbox.messages == 5);
    // Counts that can't be right are not believed.
    f.get(f.owner.query(tenant, spoil_kept, pg::params(tenant, box.mailbox), f.soon()));
    CHECK(f.get(f.reader.numbering(box, f.soon())).counts == Counts{4, 1});
    f.get(f.boxes.rename(account(1), "INBOX", "Old", f.soon()));
    f.deliver_one(1, mail("after"));
    CHECK(f.get(f.reader.numbering(box, f.soon())).counts == Counts{0, 1});
    CHECK(f.get(f.reader.numbering(Fixture::ref(f.box(1, "Old")), f.soon())).counts == Counts{4, 1});
}

TEST_CASE("an account's changes name the mailboxes and say when names changed", "[mailstore][rfc5465:5]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("m"));
    const auto start = f.get(f.reader.modseq(account(1), f.soon()));
    auto changes = f.get(f.reader.account_changes(account(1), start, f.soon()));
    CHECK((changes.modseq == start && !changes.names_changed && changes.mailboxes.empty()));
    f.deliver_one(1, mail("n"));
    changes = f.get(f.reader.account_changes(account(1), start, f.soon()));
    CHECK_FALSE(changes.names_changed);
    REQUIRE(changes.mailboxes.size() == 1);
    CHECK((changes.mailboxes[0].name == "INBOX" && changes.mailboxes[0].messages == 2));
    const auto named = changes.modseq;
    f.get(f.boxes.subscribe(account(1), "nowhere", f.soon()));
    CHECK(f.get(f.reader.account_changes(account(1), named, f.soon())).names_changed);
    CHECK(f.fault(f.run(f.reader.account_changes(account(2), start, f.soon())).error()) == Fault::not_found);
}
