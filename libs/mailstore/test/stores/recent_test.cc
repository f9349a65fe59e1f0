#include "sky/mailstore/recent.h"

#include "fixture.h"
#include "sky/mailstore/seen.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

TEST_CASE("messages are claimed once, up to a bound", "[mailstore][rfc3501:2.3.2][recent]") {
    Fixture f;
    f.make_account(1);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    const auto box = Fixture::ref(f.inbox(1));
    CHECK(f.inbox(1).recent_uid == Uid(1));
    CHECK(f.get(count_recent(f.imap, box, f.soon())) == 4);
    f.get(f.writer.store(box, {{2, 2}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    f.get(f.writer.expunge(box, std::nullopt, f.soon()));
    const auto some = f.get(claim_recent(f.imap, box, 4, f.soon()));
    CHECK((some.first == 1 && some.messages == 2 && some.mailbox.messages == 3 && some.mailbox.recent_uid == Uid(4)));
    const auto rest = f.get(claim_recent(f.imap, box, 0xFFFFFFFF, f.soon()));
    CHECK((rest.first == 4 && rest.messages == 1 && rest.mailbox.recent_uid == rest.mailbox.uid_next));
    const auto none = f.get(claim_recent(f.imap, box, 0xFFFFFFFF, f.soon()));
    CHECK((none.first == 5 && none.messages == 0));
    CHECK(f.get(claim_recent(f.imap, box, 2, f.soon())).mailbox.recent_uid == Uid(5));
    CHECK(f.get(count_recent(f.imap, box, f.soon())) == 0);
    f.deliver_one(1, mail("new"));
    CHECK(f.get(count_recent(f.imap, box, f.soon())) == 1);
    CHECK(f.fault(f.run(claim_recent(f.imap, {tenant, AccountId{2}, box.mailbox}, 9, f.soon())).error()) == Fault::not_found);
    f.check_consistent();
}

TEST_CASE("what is recent is counted in several mailboxes at once", "[mailstore][rfc3501:2.3.2][recent]") {
    Fixture f;
    for (const std::int64_t id : {1, 2, 3}) f.make_account(id);
    for (const std::int64_t id : {1, 1, 2}) f.deliver_one(id, mail("m"));
    f.get(claim_recent(f.imap, Fixture::ref(f.inbox(2)), 0xFFFFFFFF, f.soon()));
    const auto one = f.inbox(1).id, two = f.inbox(2).id, three = f.inbox(3).id;
    const MailboxId gone{three.value + 1000};
    using Counts = std::map<MailboxId, std::int64_t>;
    CHECK(f.get(count_recent(f.imap, tenant, {one, two, three, gone}, f.soon())) == Counts{{one, 2}, {two, 0}, {three, 0}});
    CHECK(f.get(count_recent(f.imap, tenant, {}, f.soon())).empty());
    CHECK(f.get(count_recent(f.imap, TenantId{8}, {one}, f.soon())).empty());
    CHECK(f.get(count_recent(f.imap, {tenant, AccountId{3}, gone}, f.soon())) == 0);
}

TEST_CASE("the first unseen message has a number", "[mailstore][rfc3501:6.3.1][recent]") {
    Fixture f;
    f.make_account(1);
    const auto box = Fixture::ref(f.inbox(1));
    CHECK(f.get(first_unseen(f.imap, box, f.soon())) == 0);
    for (int i = 0; i < 4; ++i) f.deliver_one(1, mail("m" + std::to_string(i)));
    CHECK(f.get(first_unseen(f.imap, box, f.soon())) == 1);
    f.get(f.writer.store(box, {{1, 2}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    f.get(f.writer.expunge(box, std::nullopt, f.soon()));
    f.get(f.writer.store(box, {{3, 3}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    CHECK(f.get(first_unseen(f.imap, box, f.soon())) == 2);
    f.get(f.writer.store(box, {{4, 4}}, {FlagMode::add, seen, {}}, {}, f.soon()));
    CHECK(f.get(first_unseen(f.imap, box, f.soon())) == 0);
}
