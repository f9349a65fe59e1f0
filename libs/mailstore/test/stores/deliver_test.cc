#include "fixture.h"

#include "sky/base/encode.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

TEST_CASE("a new account has its mailboxes", "[mailstore][rfc6154:2]") {
    Fixture f;
    f.make_account(1);
    const auto names = f.get(f.boxes.list(account(1), f.soon()));
    std::vector<std::string> list;
    for (const auto& box : names.mailboxes) {
        list.push_back(box.name);
        CHECK(box.subscribed);
        CHECK(box.uid_next == Uid{1});
    }
    CHECK(list == std::vector<std::string>{"Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"});
    CHECK(names.mailboxes[4].special_use == SpecialUse::sent);
    CHECK(f.inbox(1).uid_validity.value > 1'700'000'000);
    f.check_consistent();
}

TEST_CASE("one message to many is stored once and comes back byte by byte", "[mailstore]") {
    Fixture f;
    std::vector<Recipient> recipients;
    for (std::int64_t id = 1; id <= 20; ++id) {
        f.make_account(id);
        recipients.push_back({AccountId{id}, {}, "Delivered-To: u" + std::to_string(id) + "@example.test\r\n", f.clock.now()});
    }
    std::string text = mail("large") + random_bytes(700'000) + std::string("\0\r\n", 3);
    const auto large = prepare(text);
    const auto small = prepare(mail("small"));
    const auto done = f.deliver_all({{&large, recipients}, {&small, recipients}, {&large, {}}});
    REQUIRE(done.size() == 3);
    CHECK(done[0].blob == done[2].blob);
    CHECK(f.database.sql("select count(*) from mail.blob") == "2");
    const auto& third = done[0].outcomes[2].value();
    CHECK(done[1].outcomes[2].value().uid == Uid{2});
    CHECK(done[1].outcomes[2].value().modseq == third.modseq);
    const std::string whole = recipients[2].prefix + text;
    CHECK(f.get(f.reader.read(tenant, third.email, 0, UINT64_MAX, 1 << 20, f.soon())) == whole);
    CHECK(f.get(f.reader.read(tenant, third.email, 20, 300'000, 1 << 20, f.soon())) == whole.substr(20, 300'000));
    CHECK(f.get(f.reader.read(tenant, third.email, whole.size() - 5, 100, 100, f.soon())) == whole.substr(whole.size() - 5));
    CHECK(f.get(f.reader.read(tenant, third.email, whole.size() + 5, 100, 100, f.soon())).empty());
    CHECK(f.run(f.reader.read(tenant, third.email, 0, UINT64_MAX, 1000, f.soon())).error().fault == Fault::too_large);
    const auto headers =
        f.get(f.reader.octets(tenant, {third.email, EmailId{999}, done[1].outcomes[0]->email}, Reader::Extent::header, f.soon()));
    CHECK(headers[0] == recipients[2].prefix + text.substr(0, large.summary.header_size));
    CHECK(headers[1].empty());
    CHECK(headers[2].ends_with("Subject: small\r\n\r\n"));
    const auto small_one = done[1].outcomes[0]->email;
    const auto octets =
        f.get(f.reader.octets(tenant, {third.email, EmailId{999}, small_one, third.email}, Reader::Extent::whole, f.soon()));
    CHECK(octets[0] == whole);  // of several frames
    CHECK(octets[1].empty());
    CHECK(octets[2] == f.get(f.reader.read(tenant, small_one, 0, UINT64_MAX, 1 << 20, f.soon())));
    CHECK(octets[3] == whole);
    CHECK(f.get(f.reader.octets(tenant, {third.email}, Reader::Extent::whole, f.soon())).front() == whole);
    CHECK(f.get(f.reader.octets(tenant, {EmailId{999}}, Reader::Extent::whole, f.soon())).front().empty());
    const auto texts = f.get(f.reader.texts(tenant, {done[1].outcomes[0]->email, third.email}, Want::envelope | Want::tree, f.soon()));
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].envelope == small.summary.envelope);
    CHECK(texts[1].tree == large.summary.tree);
    CHECK(texts[1].bodystructure.empty());
    CHECK(texts[1].prefix_size == recipients[2].prefix.size());
    CHECK(texts[1].blob_size == text.size());
    const auto box = f.inbox(3);
    CHECK((box.messages == 2 && box.unseen == 2 && box.uid_next == Uid{3} && box.modseq == third.modseq));
    f.check_consistent();
}

TEST_CASE("quota, missing accounts and foreign mailboxes fail for that recipient alone", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2, 120);
    const auto foreign = f.inbox(1).id;
    const auto message = prepare(mail("quota"));
    const auto now = f.clock.now();
    const auto done = f.deliver_all({{&message,
                                      {{AccountId{1}, {}, "", now},
                                       {AccountId{2}, {}, "", now},
                                       {AccountId{2}, {}, "", now},
                                       {AccountId{3}, {}, "", now},
                                       {AccountId{2}, foreign, "", now}}}});
    const auto& outcomes = done[0].outcomes;
    CHECK(outcomes[0].has_value());
    CHECK(outcomes[1].has_value());
    CHECK(outcomes[2].error().fault == Fault::over_quota);
    CHECK(outcomes[3].error().fault == Fault::not_found);
    CHECK(outcomes[4].error().fault == Fault::not_found);
    const auto used = f.get(usage(f.imap, account(2), f.soon()));
    CHECK((used.used_messages == 1 && used.used_octets == static_cast<std::int64_t>(message.size)));
    f.check_consistent();
}

TEST_CASE("an account that another writer holds is reported busy, others are served", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    const auto message = prepare(mail("busy"));
    f.run([](Fixture& x, const PreparedMessage& m) -> Task<void> {
        constexpr pg::Statement hold{"test.hold", "select 1 from mail.account where account_id = 1 for no key update"};
        auto tx = (co_await x.imap.begin(tenant, x.soon())).value();
        (void)(co_await tx.query(hold, pg::Params{})).value();
        std::vector<Delivery> one{{&m, {{AccountId{1}, {}, "", x.clock.now()}, {AccountId{2}, {}, "", x.clock.now()}}}};
        auto done = (co_await Fixture::deliver_in_one(x, one, Busy::skip)).value();
        CHECK(done[0].outcomes[0].error().fault == Fault::unavailable);
        CHECK(done[0].outcomes[1].has_value());
    }(f, message));
    f.check_consistent();
}

TEST_CASE("replies join their thread within the account only", "[mailstore][rfc8474:5.2]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    const auto thread_of = [&](const Placed& placed) {
        return f.get(f.reader.texts(tenant, {placed.email}, Want::basics, f.soon()))[0].thread;
    };
    const auto first = thread_of(f.deliver_one(1, mail("plan", "Message-ID: <1@x>\r\n")));
    CHECK(thread_of(f.deliver_one(1, mail("Re: plan", "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n"))) == first);
    CHECK(thread_of(f.deliver_one(1, mail("other", "Message-ID: <3@x>\r\nIn-Reply-To: <1@x>\r\n"))) != first);
    CHECK(thread_of(f.deliver_one(2, mail("Re: plan", "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n"))) != first);
    const auto sibling = thread_of(f.deliver_one(1, mail("Re: lost", "Message-ID: <5@x>\r\nReferences: <gone@x>\r\n")));
    CHECK(thread_of(f.deliver_one(1, mail("Re: lost", "Message-ID: <6@x>\r\nReferences: <gone@x>\r\n"))) == sibling);
    CHECK(f.get(f.reader.thread(account(1), first, f.soon())).size() == 2);
}

TEST_CASE("another tenant's rows are invisible, and its mail can't be reached", "[mailstore][isolation]") {
    Fixture f;
    static constexpr TenantId other{8};
    f.make_account(1);
    f.make_account(2, {}, other);
    const auto placed = f.deliver_one(1, mail("secret"));
    const auto box = f.inbox(1);
    CHECK(f.run(f.boxes.inbox({other, AccountId{1}}, f.soon())).error().fault == Fault::not_found);
    CHECK(f.get(f.reader.load({other, AccountId{1}, box.id}, {1, 100}, 10, f.soon())).empty());
    CHECK(f.run(f.reader.open(other, placed.email, 0, 10, f.soon())).error().fault == Fault::not_found);
    f.run([](Fixture& x, MailboxId id) -> Task<void> {
        // Even a statement that forgets the tenant sees nothing; the right key under the wrong tenant neither.
        constexpr pg::Statement all{"test.all", "select count(*) from mail.placement"};
        constexpr pg::Statement key{"test.key", "select count(*) from mail.mailbox where tenant_id = 7 and mailbox_id = $1"};
        constexpr pg::Statement write{"test.write", "insert into mail.subscription values (7, 1, 'x')"};
        CHECK((co_await x.imap.query(other, all, pg::Params{}, x.soon())).value()[0].get<std::int64_t>(0) == 0);
        CHECK((co_await x.imap.query(TenantId{}, all, pg::Params{}, x.soon())).value()[0].get<std::int64_t>(0) == 0);
        CHECK((co_await x.imap.query(other, key, pg::params(id), x.soon())).value()[0].get<std::int64_t>(0) == 0);
        CHECK_FALSE((co_await x.imap.query(other, write, pg::Params{}, x.soon())).has_value());
    }(f, box.id));
    // auth may make and remove accounts of the transaction's tenant, and read no mail.
    f.run([](Fixture& x) -> Task<void> {
        constexpr pg::Statement mail_of{"test.mail_of", "select count(*) from mail.email"};
        CHECK_FALSE((co_await x.auth.query(tenant, mail_of, pg::Params{}, x.soon())).has_value());
        auto tx = (co_await x.auth.begin(tenant, x.soon())).value();
        CHECK_FALSE((co_await create_account(tx, {other, AccountId{9}}, AccountKind::user, {})).has_value());
    }(f));
}

TEST_CASE("deleting an account leaves nothing but its blobs, which are collected after a day", "[mailstore]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    f.deliver_one(1, mail("one"));
    f.deliver_one(2, mail("two"));
    f.get([](Fixture& x) -> Task<Result<void>> {
        auto tx = (co_await x.auth.begin(tenant, x.soon())).value();
        auto gone = co_await delete_account(tx, account(1));
        if (!gone) co_return gone;
        co_return co_await tx.commit();
    }(f));
    CHECK(f.database.sql("select count(*) from mail.email") == "1");
    CHECK(f.get(collect_garbage(f.delivery, 100, f.soon())) == 0);
    f.database.sql("update mail.blob set created_at = now() - interval '2 days'");
    CHECK(f.get(collect_garbage(f.delivery, 100, f.soon())) == 1);
    CHECK(f.database.sql("select count(*) from mail.blob_frame") == "1");
    // The very same message again is stored again.
    f.deliver_one(2, mail("one"));
    f.check_consistent();
}

TEST_CASE("a flipped octet and wrong counts are reported", "[mailstore][fsck]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("one"));
    f.database.sql("update mail.blob set sha256 = set_byte(sha256, 0, get_byte(sha256, 0) # 1)");
    CHECK(f.get(check_blobs(f.owner, BlobId{}, 10, f.soon())).findings.size() == 1);
    f.database.sql("update mail.mailbox set messages = 5, uid_next = 1 where name = 'INBOX'; update mail.account set used_octets = 0");
    std::vector<std::string> checks;
    for (const auto& finding : f.get(check_numbers(f.owner, 100, f.soon()))) checks.push_back(finding.check);
    CHECK(checks == std::vector<std::string>{"mailbox.counts", "mailbox.uidnext", "account.used"});
}
