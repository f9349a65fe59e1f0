#include "sky/mailstore/acl.h"
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
const auto now = [] { return new_uuid(SystemClock{}.now()); };
constexpr Grantee anyone{};
Grantee user(std::int64_t id) { return {Grantee::Kind::account, id}; }
Grantee group(std::int64_t id) { return {Grantee::Kind::group, id}; }

struct Lists : Fixture {
    Acls acls{imap};
    Changed set(const Mailbox& box, Grantee grantee, std::string_view change) {
        return get(acls.change(ref(box), grantee, parse_rights_change(change).value(), soon()));
    }
    Acl of(const Mailbox& box) {
        const auto all = get(acls.of_account({tenant, box.account}, soon()));
        const auto found = all.find(box.id);
        return found != all.end() ? found->second : Acl();
    }
    std::vector<AccountId> granting(std::int64_t id, std::vector<std::int64_t> groups = {}, TenantId in = tenant) {
        return get(acls.granting(in, {AccountId{id}, std::move(groups)}, soon()));
    }
    std::vector<std::string> ids(const Acl& acl) {
        std::vector<std::string> out;
        for (const auto& entry : acl)
            out.push_back((entry.grantee.sign == Grantee::Sign::denies ? "-" : "") + std::to_string(entry.grantee.id) + " " +
                          entry.rights.text());
        return out;
    }
};
using Texts = std::vector<std::string>;
using Accounts = std::vector<AccountId>;
}  // namespace

TEST_CASE("lists of mailboxes are changed entry by entry", "[mailstore][rfc4314:3.1][rfc4314:3.2]") {
    Lists f;
    f.make_account(1);
    f.make_account(2);
    const auto inbox = f.inbox(1);
    const auto before = f.get(usage(f.imap, account(1), f.soon())).modseq;
    const auto changed = f.set(inbox, user(2), "lr");
    CHECK((changed.account == AccountId{1} && changed.modseq > before));
    CHECK(f.get(f.reader.account_changes(account(1), before, f.soon())).names_changed);
    CHECK(f.set(inbox, user(2), "+r").modseq.value == 0);
    f.set(inbox, user(2), "+s");
    f.set(inbox, group(2), "l");
    f.set(inbox, anyone, "l");
    f.set(inbox, {Grantee::Kind::account, 2, Grantee::Sign::denies}, "s");
    CHECK(f.ids(f.of(inbox)) == Texts{"0 l", "2 lrs", "-2 s", "2 l"});
    f.set(inbox, user(2), "-lrs");
    CHECK(f.ids(f.of(inbox)) == Texts{"0 l", "-2 s", "2 l"});
    CHECK(f.run(f.acls.change({tenant, AccountId{2}, inbox.id}, user(2), {}, f.soon())).error().fault == Fault::not_found);
    CHECK(f.run(f.acls.change({tenant, AccountId{1}, MailboxId{99}}, user(2), {}, f.soon())).error().fault == Fault::not_found);
    f.check_consistent();
}

TEST_CASE("whoever may reach a mailbox finds the account", "[mailstore][rfc4314:2]") {
    Lists f;
    for (const std::int64_t id : {1, 2, 3}) f.make_account(id);
    f.set(f.inbox(1), user(2), "lr");
    f.set(f.inbox(3), user(2), "swpte");  // no way there by themselves
    CHECK(f.granting(2) == Accounts{AccountId{1}});
    CHECK(f.granting(3).empty());
    CHECK(f.granting(1).empty());
    f.set(f.inbox(3), group(9), "i");
    CHECK(f.granting(2, {9}) == Accounts{AccountId{1}, AccountId{3}});
    CHECK(f.granting(3, {9}).empty());  // one's own
    f.set(f.inbox(1), anyone, "l");
    CHECK(f.granting(3) == Accounts{AccountId{1}});
}

TEST_CASE("lists end at the tenant", "[mailstore][contract:S27]") {
    Lists f;
    const TenantId other{8};
    f.make_account(1);
    f.make_account(20, {}, other);
    f.set(f.inbox(1), anyone, "lrswipkxtea");
    f.set(f.inbox(1), user(20), "lrswipkxtea");
    CHECK(f.granting(20, {}, other).empty());
    CHECK(f.get(f.acls.of_account({other, AccountId{1}}, f.soon())).empty());
    CHECK(f.run(f.acls.change({other, AccountId{1}, f.inbox(1).id}, user(20), {}, f.soon())).error().fault == Fault::not_found);
    // Row-level security alone, whatever the statement says.
    const pg::Statement everything{"test.acl_of_all", "select count(*) from mail.acl"};
    CHECK(f.get(f.imap.query(other, everything, pg::Params{}, f.soon()))[0].get<std::int64_t>(0) == 0);
    CHECK(f.get(f.imap.query(tenant, everything, pg::Params{}, f.soon()))[0].get<std::int64_t>(0) == 2);
    CHECK(f.get(f.delivery.query(other, everything, pg::Params{}, f.soon()))[0].get<std::int64_t>(0) == 0);
    CHECK_FALSE(f.run(f.pop3.query(tenant, everything, pg::Params{}, f.soon())));
}

TEST_CASE("a new mailbox has the list of the nearest one above", "[mailstore][rfc4314:4]") {
    Lists f;
    f.make_account(1);
    f.make_account(2);
    f.get(f.boxes.create(account(1), "a", SpecialUse::none, f.soon()));
    f.set(f.box(1, "a"), user(2), "lr");
    f.get(f.boxes.create(account(1), "a/b/c", SpecialUse::none, f.soon()));
    CHECK(f.ids(f.of(f.box(1, "a/b"))) == Texts{"2 lr"});
    CHECK(f.ids(f.of(f.box(1, "a/b/c"))) == Texts{"2 lr"});
    f.get(f.boxes.create(account(1), "ab", SpecialUse::none, f.soon()));
    CHECK(f.of(f.box(1, "ab")).empty());
    f.set(f.box(1, "a/b"), user(2), "lrs");
    f.get(f.boxes.rename(account(1), "a/b", "z", f.soon()));
    CHECK(f.ids(f.of(f.box(1, "z"))) == Texts{"2 lrs"});
    CHECK(f.ids(f.of(f.box(1, "z/c"))) == Texts{"2 lr"});
}

TEST_CASE("a list goes with its mailbox, and an account with its rights", "[mailstore][rfc4314:4]") {
    Lists f;
    for (const std::int64_t id : {1, 2, 3}) f.make_account(id);
    f.get(f.boxes.create(account(1), "a/b", SpecialUse::none, f.soon()));
    f.set(f.box(1, "a"), user(2), "lr");
    f.get(f.boxes.remove(account(1), "a", f.soon()));  // stays as a bare name
    CHECK(f.of(f.box(1, "a")).empty());
    f.get(f.boxes.create(account(1), "a", SpecialUse::none, f.soon()));
    CHECK(f.of(f.box(1, "a")).empty());
    f.set(f.box(1, "a"), user(2), "lr");
    f.set(f.box(1, "a"), user(3), "lr");
    f.set(f.box(1, "a"), group(2), "lr");
    f.get([](Lists& f) -> Task<Result<void>> {
        auto tx = co_await f.auth.begin(tenant, f.soon());
        if (!tx) co_return forward(tx);
        auto gone = co_await delete_account(*tx, account(2));
        if (!gone) co_return gone;
        co_return co_await tx->commit();
    }(f));
    CHECK(f.ids(f.of(f.box(1, "a"))) == Texts{"3 lr", "2 lr"});
}

TEST_CASE("flags outside of one's rights stay as they are", "[mailstore][rfc4314:4]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("a"));
    const auto box = Fixture::ref(f.inbox(1));
    f.get(f.writer.store(box, {{1, 1}}, {FlagMode::add, seen | flagged, {"work"}}, {}, f.soon()));
    const FlagScope only_seen{seen, FlagScope::Keywords::left};
    const auto after = [&](FlagChange change) {
        return f.get(f.writer.store(box, {{1, 1}}, std::move(change), {}, f.soon())).placements[0].flags;
    };
    CHECK(after({FlagMode::replace, deleted, {"home"}, only_seen}) == Flags{flagged, 1});
    CHECK(after({FlagMode::add, seen | deleted, {"home"}, only_seen}) == Flags{seen | flagged, 1});
    CHECK(after({FlagMode::remove, seen | flagged, {"work"}, only_seen}) == Flags{flagged, 1});
    CHECK(after({FlagMode::replace, 0, {}, {answered | flagged | draft, FlagScope::Keywords::touched}}) == Flags{});
    CHECK(f.inbox(1).keywords == Texts{"work"});
    f.get(f.writer.store(box, {{1, 1}}, {FlagMode::add, seen | deleted, {"work"}}, {}, f.soon()));
    const auto sent = f.box(1, "Sent"), trash = f.box(1, "Trash");
    f.get(f.writer.copy(box, {{1, 1}}, sent.id, now(), f.soon(), only_seen));
    CHECK(f.all(sent)[0].flags == Flags{seen});
    f.get(f.writer.move(box, {{1, 1}}, trash.id, now(), f.soon(), {deleted, FlagScope::Keywords::left}));
    CHECK(f.all(trash)[0].flags == Flags{deleted});
    CHECK(f.inbox(1).deleted == 0);
    f.check_consistent();
}

TEST_CASE("messages are copied and moved between accounts of a tenant", "[mailstore][rfc4314:4][rfc6851:3]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2, 2000);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto into = Fixture::ref(f.box(2, "Archive"));
    f.get(f.writer.store(Fixture::ref(f.inbox(2)), {{1, 1}}, {FlagMode::add, 0, {"taken"}}, {}, f.soon()));
    f.get(f.writer.store(into, {{1, 1}}, {FlagMode::add, 0, {"other"}}, {}, f.soon()));
    f.get(f.writer.store(inbox, {{2, 3}}, {FlagMode::add, seen | deleted, {"work"}}, {}, f.soon()));
    const auto id = now();
    const auto copied = f.get(f.writer.copy_across(inbox, {{2, 3}, {9, 9}}, into, id, f.soon()));
    CHECK((copied.from == std::vector<std::uint32_t>{2, 3} && copied.to == std::vector<std::uint32_t>{1, 2}));
    CHECK((copied.changed.account == AccountId{2} && copied.source.modseq.value == 0));
    const auto there = f.all(f.box(2, "Archive"));
    REQUIRE(there.size() == 2);
    CHECK(there[0].flags == Flags{seen | deleted, 2});
    CHECK(f.box(2, "Archive").keywords == std::vector<std::string>{"other", "work"});
    CHECK(there[0].email != f.all(f.inbox(1))[1].email);
    const auto texts = f.get(f.reader.texts(tenant, {there[0].email, f.all(f.inbox(1))[1].email}, Want::envelope, f.soon()));
    CHECK(texts[0].blob == texts[1].blob);
    CHECK(texts[0].envelope == texts[1].envelope);
    CHECK(f.get(usage(f.imap, account(2), f.soon())).used_messages == 2);
    CHECK(f.get(f.writer.copy_across(inbox, {{2, 3}}, into, id, f.soon())).to == copied.to);  // once
    CHECK(f.all(f.box(2, "Archive")).size() == 2);

    const auto move_id = now();
    const auto moved = f.get(f.writer.move_across(inbox, {{1, 2}}, into, move_id, f.soon(), {seen, FlagScope::Keywords::left}));
    CHECK((moved.source.account == AccountId{1} && moved.source.modseq.value > 0));
    CHECK(f.all(f.inbox(1)).size() == 2);
    CHECK((f.inbox(1).deleted == 1 && f.inbox(1).unseen == 1));
    CHECK(f.all(f.box(2, "Archive"))[3].flags == Flags{seen});
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 2);
    CHECK(f.get(f.writer.move_across(inbox, {{1, 2}}, into, move_id, f.soon())).source.modseq.value > 0);
    CHECK(f.get(f.reader.vanished(inbox, ModSeq{1}, f.soon())).uids.value() == UidSet{{1, 2}});
    f.check_consistent();
}

TEST_CASE("a copy into another account keeps threads together and respects its quota", "[mailstore][rfc8474:5.2]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2, 1000);
    f.deliver_one(1, mail("talk", "Message-ID: <1@x>\r\n"));
    f.deliver_one(1, mail("Re: talk", "Message-ID: <2@x>\r\nReferences: <1@x>\r\n"));
    f.deliver_one(1, mail("else", "Message-ID: <3@x>\r\n"));
    f.deliver_one(2, mail("Re: talk", "Message-ID: <4@x>\r\nReferences: <1@x>\r\n"));
    const auto inbox = Fixture::ref(f.inbox(1)), into = Fixture::ref(f.inbox(2));
    f.get(f.writer.copy_across(inbox, {{1, 3}}, into, now(), f.soon()));
    std::vector<EmailId> emails;
    for (const auto& one : f.all(f.inbox(2))) emails.push_back(one.email);
    const auto texts = f.get(f.reader.texts(tenant, emails, Want::basics, f.soon()));
    CHECK(texts[1].thread == texts[0].thread);
    CHECK(texts[2].thread == texts[0].thread);
    CHECK(texts[3].thread != texts[0].thread);
    const auto long_one = f.deliver_one(1, mail("long", {}, std::string(2000, 'x') + "\r\n"));
    CHECK(f.run(f.writer.copy_across(inbox, {{long_one.uid.value, long_one.uid.value}}, into, now(), f.soon())).error().fault ==
          Fault::over_quota);
    CHECK(f.run(f.writer.copy_across(inbox, {{1, 1}}, {tenant, AccountId{2}, inbox.mailbox}, now(), f.soon())).error().fault ==
          Fault::not_found);
    // A mailbox under the wrong account gives nothing away.
    CHECK(f.run(f.writer.copy_across({tenant, AccountId{2}, inbox.mailbox}, {{1, 1}}, into, now(), f.soon())).error().fault ==
          Fault::not_found);
    f.check_consistent();
}

TEST_CASE("mail to a public folder goes there if anyone may post, else to the tree's INBOX", "[mailstore][rfc4314:2.1]") {
    Lists f;
    f.make_account(1);
    f.make_account(5, {}, tenant, AccountKind::public_folders);
    for (const char* name : {"News", "Sales/Leads", "closed", "leads"}) f.get(f.boxes.create(account(5), name, SpecialUse::none, f.soon()));
    for (const char* name : {"News", "Sales/Leads", "leads"}) f.set(f.box(5, name), anyone, "p");
    f.set(f.box(5, "leads"), {Grantee::Kind::anyone, 0, Grantee::Sign::denies}, "p");
    f.set(f.box(5, "closed"), user(1), "lrp");
    const auto prepared = prepare(mail("to all"));
    const auto written_to = [&](std::int64_t to, std::string address, std::string original = {}) {
        const Recipient recipient{
            .account = AccountId{to}, .mailbox = {}, .prefix = {}, .internal_date = f.clock.now(), .written_to = {address, original}};
        const auto placed = f.deliver_all({{&prepared, {recipient}}}).front().outcomes.front().value();
        for (const auto& box : f.get(f.boxes.list(account(to), f.soon())).mailboxes)
            if (box.id == placed.mailbox) return box.name;
        return std::string();
    };
    CHECK(written_to(5, "news@example.test") == "News");
    CHECK(written_to(5, "folders+NEWS@example.test") == "News");
    CHECK(written_to(5, "folders+sales/leads@example.test") == "Sales/Leads");
    CHECK(written_to(5, "folders+leads@example.test") == "INBOX");
    CHECK(written_to(5, "closed@example.test") == "INBOX");
    CHECK(written_to(5, "folders@example.test") == "INBOX");
    CHECK(written_to(5, "folders@example.test", "news@example.test") == "News");
    CHECK(written_to(5, "") == "INBOX");
    // By however many addresses a folder is written to, it gets one copy.
    const auto before = f.inbox(5).messages;
    std::vector<Recipient> many;
    for (const char* address : {"folders+a@example.test", "folders+b@example.test", "news@example.test", "folders+c@example.test"})
        many.push_back({.account = AccountId{5}, .mailbox = {}, .prefix = {}, .internal_date = f.clock.now(), .written_to = {address}});
    const auto outcomes = f.deliver_all({{&prepared, many}}).front().outcomes;
    CHECK((outcomes[0]->uid == outcomes[1]->uid && outcomes[0]->uid == outcomes[3]->uid && outcomes[2]->mailbox == f.box(5, "News").id));
    CHECK(f.inbox(5).messages == before + 1);
    f.get(f.boxes.create(account(1), "News", SpecialUse::none, f.soon()));
    f.set(f.box(1, "News"), anyone, "p");
    CHECK(written_to(1, "news@example.test") == "INBOX");
    f.check_consistent();
}
