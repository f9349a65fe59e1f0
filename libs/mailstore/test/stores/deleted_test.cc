// What was expunged comes back for as long as it is kept, and then it is gone with its octets.
#include "sky/mailstore/deleted.h"

#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
Task<Result<Restored>> restore_in_one(Fixture& f, AccountRef whose, DeletedFilter filter, std::int32_t most) {
    auto tx = co_await f.auth.begin(whose.tenant, f.soon());
    if (!tx) co_return forward(tx);
    auto done = co_await restore_deleted(*tx, whose, filter, most);
    if (!done) co_return done;
    if (auto committed = co_await tx->commit(); !committed) co_return forward(committed);
    co_return done;
}
Result<Restored> restore(Fixture& f, DeletedFilter filter = {}, std::int32_t most = 1000, AccountRef whose = account(1)) {
    return f.run(restore_in_one(f, whose, std::move(filter), most));
}
std::vector<DeletedMessage> listed(Fixture& f, std::int64_t id = 1) { return f.get(list_deleted(f.auth, account(id), {}, 1000, f.soon())); }
std::vector<std::string> subjects(const std::vector<DeletedMessage>& messages) {
    std::vector<std::string> out;
    for (const auto& one : messages) out.push_back(one.subject);
    std::ranges::sort(out);
    return out;
}
using Words = std::vector<std::string>;
const auto now = [] { return new_uuid(SystemClock{}.now()); };
constexpr UidSet everything() { return {{1, 0xFFFFFFFF}}; }
}  // namespace

TEST_CASE("an expunged message is restored with flags, keywords and date, under a new UID", "[mailstore][deleted][rfc9051:2.3.1.1]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("m" + std::to_string(i)), "Delivered-To: bob@example.test\r\n");
    const auto inbox = Fixture::ref(f.inbox(1));
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::add, seen | flagged | deleted, {"$Label1", "work"}}, {}, f.soon()));
    const auto before = f.all(f.inbox(1));
    f.get(f.writer.expunge(inbox, {}, f.soon()));
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 2);
    f.check_consistent();

    const auto list = listed(f);
    REQUIRE(list.size() == 1);
    CHECK((list[0].mailbox == "INBOX" && list[0].subject == "m1" && list[0].id.uid == Uid{2} && list[0].size == before[1].size));
    CHECK(list[0].from.contains("ada@example.test"));
    const auto since = f.get(f.reader.modseq(account(1), f.soon()));
    const auto done = restore(f);
    REQUIRE(done);
    CHECK((done->messages == 1 && done->remaining == 0 && done->changed.modseq > since));
    CHECK(listed(f).empty());
    const auto after_it = f.all(f.inbox(1));
    REQUIRE(after_it.size() == 3);
    CHECK(after_it[2].uid == Uid{4});
    CHECK(after_it[2].flags == Flags{seen | flagged, 3});
    CHECK((after_it[2].email == before[1].email && after_it[2].internal_date == before[1].internal_date));
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 3);
    const auto changes = f.get(f.reader.changes(inbox, since, f.soon()));
    REQUIRE(changes.placements.size() == 1);
    CHECK((changes.complete && changes.placements[0].uid == Uid{4} && changes.mailbox.uid_next == Uid{5}));
    CHECK(f.get(f.reader.read(tenant, after_it[2].email, 0, 100'000, 100'000, f.soon())).starts_with("Delivered-To: bob@example.test"));
    CHECK(restore(f)->messages == 0);
    f.check_consistent();
}

TEST_CASE("POP3's removals and a removed mailbox are kept, what lies elsewhere is not listed", "[mailstore][deleted]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto project = f.get(f.boxes.create(account(1), "Project", SpecialUse::none, f.soon()));
    f.get(f.writer.store(Fixture::ref(project), {}, {FlagMode::add, 0, {"urgent"}}, {}, f.soon()));
    f.get(f.writer.copy(inbox, {{1, 1}}, project.id, now(), f.soon()));
    f.get(f.writer.move(inbox, {{2, 3}}, project.id, now(), f.soon()));
    f.get(f.writer.store(Fixture::ref(project), {{3, 3}}, {FlagMode::add, seen, {"urgent"}}, {}, f.soon()));
    CHECK(listed(f).empty());
    Writer pop{f.pop3, f.clock};
    f.get(pop.remove(inbox, {{1, 1}, {4, 4}}, f.soon()));
    CHECK(subjects(listed(f)) == Words{"m3"});
    f.get(f.boxes.remove(account(1), "Project", f.soon()));
    CHECK(subjects(listed(f)) == Words{"m0", "m1", "m2", "m3"});
    f.check_consistent();
    // It is gone, so its messages go to INBOX; when there is one of its name, there.
    DeletedFilter of_project{.mailbox = "Project"};
    CHECK(restore(f, of_project, 1)->remaining == 2);
    CHECK(f.inbox(1).messages == 1);
    f.get(f.boxes.create(account(1), "Project", SpecialUse::none, f.soon()));
    CHECK(restore(f, of_project)->messages == 2);
    const auto again = f.box(1, "Project");
    CHECK((again.messages == 2 && again.unseen == 1 && again.keywords == Words{"urgent"}));
    CHECK(restore(f)->messages == 1);
    CHECK(f.inbox(1).messages == 2);
    f.check_consistent();
}

TEST_CASE("restored keywords take free places, and whoever had seen a message has seen it again", "[mailstore][deleted][keywords][seen]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    for (int i = 0; i < 3; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    auto readers = inbox;
    readers.reader = AccountId{2};
    f.get(f.writer.store(inbox, {{1, 1}}, {FlagMode::add, 0, {"lost"}}, {}, f.soon()));
    f.get(f.writer.store(readers, {{1, 2}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    f.get(f.writer.remove(inbox, {{1, 1}}, f.soon()));
    Words many;
    for (int i = 0; i < 63; ++i) many.push_back("k" + std::to_string(i));
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::add, 0, many}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{3, 3}}, {FlagMode::add, 0, {"other"}}, {}, f.soon()));  // in the place of "lost"
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::remove, 0, {"k1"}}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{3, 3}}, {FlagMode::add, 0, {"another"}}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{2, 2}}, {FlagMode::remove, 0, {"k2", "k3"}}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{3, 3}}, {FlagMode::add, 0, {"third"}}, {}, f.soon()));
    REQUIRE(std::ranges::count(f.inbox(1).keywords, std::string()) == 1);
    CHECK(restore(f)->messages == 1);
    const auto back = f.get(f.reader.load(readers, {1, 100}, 10, f.soon()));
    REQUIRE(back.size() == 3);
    CHECK(back[2].uid == Uid{4});
    CHECK(back[2].flags.system == seen);
    const auto names = f.inbox(1).keywords;
    const auto bit = static_cast<std::size_t>(std::ranges::find(names, "lost") - names.begin());
    REQUIRE(bit < names.size());
    CHECK(back[2].flags.keywords == std::uint64_t{1} << bit);
    CHECK(f.all(f.inbox(1))[2].flags.system == 0);
    f.check_consistent();
}

TEST_CASE("a message that can be restored keeps its octets when its copy moves to another account", "[mailstore][deleted]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    f.deliver_one(1, mail("twice"));
    const auto inbox = Fixture::ref(f.inbox(1));
    f.get(f.writer.copy(inbox, {{1, 1}}, inbox.mailbox, now(), f.soon()));
    f.get(f.writer.remove(inbox, {{1, 2}}, f.soon()));
    const auto list = listed(f);
    REQUIRE(list.size() == 2);
    CHECK(restore(f, {.ids = {list[0].id}})->messages == 1);
    f.get(f.writer.move_across(inbox, {{3, 3}}, Fixture::ref(f.inbox(2)), now(), f.soon()));
    CHECK(restore(f)->messages == 1);
    f.check_consistent();
    CHECK(f.get(f.reader.read(tenant, f.all(f.inbox(1)).at(0).email, 0, 100'000, 100'000, f.soon())).contains("twice"));
}

TEST_CASE("what is restored is named by id, folder or time, page by page", "[mailstore][deleted]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 5; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    for (std::uint32_t uid = 1; uid <= 5; ++uid) f.get(f.writer.remove(inbox, {{uid, uid}}, f.soon()));
    std::vector<std::string> seen_pages;
    std::optional<DeletedCursor> after_it;
    for (;;) {
        const auto page = f.get(list_deleted(f.auth, account(1), after_it, 2, f.soon()));
        for (const auto& one : page) seen_pages.push_back(one.subject);
        if (page.size() < 2) break;
        after_it = DeletedCursor{page.back().deleted_at, page.back().id};
    }
    CHECK(seen_pages == Words{"m4", "m3", "m2", "m1", "m0"});
    const auto all = listed(f);
    CHECK(deleted_id(text_of(all[0].id)) == all[0].id);
    for (const char* wrong : {"", "M", "M1", "1.1", "M1.", "M.1", "M1.-1", "M1.99999999999"}) CHECK_FALSE(deleted_id(wrong));
    CHECK(restore(f, {.ids = {all[4].id, all[3].id, {MailboxId{12345}, Uid{1}}}})->messages == 2);
    CHECK(subjects(listed(f)) == Words{"m2", "m3", "m4"});
    CHECK(restore(f, {.since = all[1].deleted_at})->messages == 2);
    CHECK(subjects(listed(f)) == Words{"m2"});
    CHECK(restore(f, {.since = f.clock.now() + 24h})->messages == 0);
    f.check_consistent();
}

TEST_CASE("deleted mail uses no quota, and restoring needs room", "[mailstore][deleted][pool]") {
    Fixture f;
    const auto message = prepare(mail("m"));
    f.make_account(1, static_cast<std::int64_t>(message.size * 2));
    f.deliver_one(1, mail("m"));
    f.deliver_one(1, mail("m"));
    f.get(f.writer.remove(Fixture::ref(f.inbox(1)), everything(), f.soon()));
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_octets == 0);
    f.deliver_one(1, mail("m"));
    CHECK(restore(f).error().fault == Fault::over_quota);
    CHECK(listed(f).size() == 2);
    CHECK(f.inbox(1).messages == 1);
    CHECK(restore(f, {}, 1)->messages == 1);
    f.check_consistent();
}

TEST_CASE("after its days a deleted message is purged with email and blob, unless it was restored", "[mailstore][deleted]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    f.deliver_one(2, mail("kept for ever"));
    f.get(f.writer.remove(Fixture::ref(f.inbox(1)), everything(), f.soon()));
    f.get(f.writer.remove(Fixture::ref(f.inbox(2)), everything(), f.soon()));
    f.database.sql("update mail.account set retention_days = 14 where account_id = 1");
    CHECK(f.get(purge_deleted(f.delivery, 100, f.soon())) == 0);
    f.database.sql("update mail.deleted set deleted_at = deleted_at - interval '15 days' where uid <= 3 or account_id = 2");
    const auto one = listed(f).back();
    CHECK(restore(f, {.ids = {one.id}})->messages == 1);
    CHECK(f.get(purge_deleted(f.delivery, 1, f.soon())) == 1);
    CHECK(f.get(purge_deleted(f.delivery, 100, f.soon())) == 1);
    CHECK(f.get(purge_deleted(f.delivery, 100, f.soon())) == 0);
    CHECK(subjects(listed(f)) == Words{"m3"});
    CHECK(listed(f, 2).size() == 1);
    CHECK(f.database.sql("select count(*) from mail.email") == "3");
    f.check_consistent();
    f.database.sql("update mail.blob set created_at = now() - interval '2 days'");
    CHECK(f.get(collect_garbage(f.delivery, 100, f.soon())) == 2);
    CHECK(restore(f)->messages == 1);
    CHECK(f.inbox(1).messages == 2);
    f.check_consistent();
}

TEST_CASE("nobody reads or restores another tenant's deleted mail, gateways none at all", "[mailstore][deleted][isolation]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("m"));
    f.get(f.writer.remove(Fixture::ref(f.inbox(1)), everything(), f.soon()));
    constexpr pg::Statement see{"test.see_deleted", "select count(*) from mail.deleted"};
    constexpr pg::Statement list{"test.list_deleted", "select * from mail.list_deleted(7, 1, 'infinity', 0, 0, 10)"};
    constexpr pg::Statement put_back{"test.restore_deleted", "select * from mail.restore_deleted(7, 1, '{}', '{}', null, null, 10)"};
    constexpr pg::Statement purge{"test.purge_deleted", "select mail.purge_deleted(10)"};
    for (const auto* statement : {&list, &put_back}) {
        CHECK_FALSE(f.run(f.auth.query(TenantId{8}, *statement, pg::Params{}, f.soon())));
        for (auto* gateway : {&f.imap, &f.pop3, &f.delivery})
            CHECK_FALSE(f.run(gateway->query(tenant, *statement, pg::Params{}, f.soon())));
    }
    for (auto* pool : {&f.imap, &f.pop3, &f.delivery, &f.auth}) CHECK_FALSE(f.run(pool->query(tenant, see, pg::Params{}, f.soon())));
    for (auto* pool : {&f.imap, &f.pop3, &f.auth}) CHECK_FALSE(f.run(pool->query(tenant, purge, pg::Params{}, f.soon())));
    CHECK(restore(f, {}, 10, account(2)).error().fault == Fault::not_found);
    CHECK(listed(f, 2).empty());
}
