// Annotations: whose they are, how many there may be, and what becomes of them when their mailbox is renamed or removed.
#include "sky/mailstore/metadata.h"

#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
using Values = std::map<std::string, std::string>;

Result<Changed> write(Fixture& f, MailboxRef place, MetadataValues values, AccountId by = AccountId{1}) {
    return f.run(write_metadata(f.imap, place, by, {.entries = std::move(values)}, f.soon()));
}
Values read(Fixture& f, MailboxRef place, MetadataQuery query, AccountId by = AccountId{1}) {
    Values out;
    auto found = f.get(read_metadata(f.imap, place.owner(), by, {place.mailbox}, std::move(query), f.soon()));
    for (auto& one : found[place.mailbox]) out[one.name] = one.value.value_or("too long: " + std::to_string(one.size));
    return out;
}
MetadataQuery below(const std::string& entry, Below what = Below::everything) { return {.entries = {entry}, .below = what}; }
constexpr MailboxRef server{tenant, AccountId{1}, MailboxId{}};
}  // namespace

TEST_CASE("what a mailbox is for changes with its entries", "[mailstore][metadata][rfc6154:4]") {
    Fixture f;
    f.make_account(1);
    const auto one = f.get(f.boxes.create(account(1), "one", SpecialUse::none, f.soon()));
    const auto two = f.get(f.boxes.create(account(1), "two", SpecialUse::none, f.soon()));
    const auto change = [&](const Mailbox& box, SpecialUse use, MetadataValues entries = {}) {
        return f.run(write_metadata(f.imap, Fixture::ref(box), AccountId{1}, {.entries = std::move(entries), .use = use}, f.soon()));
    };
    const auto use_of = [&](const Mailbox& box) { return f.get(f.boxes.find(Fixture::ref(box), f.soon())).special_use; };
    const auto before = f.get(f.reader.modseq(account(1), f.soon()));
    REQUIRE(change(one, SpecialUse::important));
    CHECK(use_of(one) == SpecialUse::important);
    CHECK(f.get(f.reader.account_changes(account(1), before, f.soon())).names_changed);
    CHECK(change(one, SpecialUse::important));
    CHECK(change(two, SpecialUse::important, {{"/shared/a", "x"}}).error().fault == Fault::wrong_state);
    CHECK(read(f, Fixture::ref(two), below("/shared")).empty());
    CHECK(change(one, SpecialUse::none, {{"/shared/a", "x"}}));
    CHECK(use_of(one) == SpecialUse::none);
    CHECK(change(two, SpecialUse::important));
    CHECK(use_of(two) == SpecialUse::important);
    f.check_consistent();
}

TEST_CASE("entries are written, replaced and taken away, all or none", "[mailstore][metadata][rfc5464:4.3]") {
    Fixture f;
    f.make_account(1);
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto before = f.get(f.reader.modseq(account(1), f.soon()));
    const auto done = write(f, inbox, {{"/private/a", "one"}, {"/shared/a", std::string("two\0", 4)}, {"/private/gone", std::nullopt}});
    REQUIRE(done);
    CHECK(done->modseq > before);
    CHECK(read(f, inbox, {.entries = {"/private/a", "/shared/a", "/shared/b"}}) ==
          Values{{"/private/a", "one"}, {"/shared/a", std::string("two\0", 4)}});
    const auto told = f.get(f.reader.account_changes(account(1), before, f.soon()));
    REQUIRE(told.metadata.size() == 2);
    CHECK((told.metadata[0].entry == "/private/a" && told.metadata[0].mailbox == inbox.mailbox && told.metadata[0].modseq == done->modseq));
    CHECK(write(f, inbox, {{"/private/a", std::nullopt}, {"/shared/a", "three"}}));
    CHECK(f.get(f.reader.account_changes(account(1), done->modseq, f.soon())).metadata.size() == 2);
    for (int i = 0; i < 500; i += 100) {  // names that went are not kept for ever
        MetadataValues some, none;
        for (int j = i; j < i + 100; ++j) some.emplace_back("/private/n" + std::to_string(j), "x");
        for (const auto& [name, value] : some) none.emplace_back(name, std::nullopt);
        REQUIRE(write(f, inbox, some));
        REQUIRE(write(f, inbox, none));
    }
    CHECK(std::stoi(f.database.sql("select count(*) from mail.metadata where value is null")) <= 300);
    CHECK(read(f, inbox, below("/private")).empty());
    CHECK(read(f, inbox, below("/shared")) == Values{{"/shared/a", "three"}});
    CHECK(write(f, inbox, {{"/shared/b", "x"}, {"/shared/a", std::string(most_metadata_octets + 1, 'x')}}).error().fault ==
          Fault::too_large);
    MetadataValues many{{"/shared/a", "four"}};
    for (int i = 0; i < most_metadata_entries; ++i) many.emplace_back("/shared/n" + std::to_string(i), "x");
    CHECK(write(f, inbox, many).error().fault == Fault::limit);
    CHECK(read(f, inbox, below("/shared")) == Values{{"/shared/a", "three"}});
    CHECK(write(f, {tenant, AccountId{1}, MailboxId{999'999}}, {{"/shared/a", "x"}}).error().fault == Fault::not_found);
    f.check_consistent();
}

TEST_CASE("depth and size limit what is read", "[mailstore][metadata][rfc5464:4.2.1][rfc5464:4.2.2]") {
    Fixture f;
    f.make_account(1);
    const auto inbox = Fixture::ref(f.inbox(1));
    REQUIRE(write(f, inbox, {{"/private/f", "f"}, {"/private/f/a", "a"}, {"/private/f/a/b", "b"}, {"/private/fa", "fa"}}));
    CHECK(read(f, inbox, below("/private/f", Below::nothing)) == Values{{"/private/f", "f"}});
    CHECK(read(f, inbox, below("/private/f", Below::children)) == Values{{"/private/f", "f"}, {"/private/f/a", "a"}});
    CHECK(read(f, inbox, below("/private/f")) == Values{{"/private/f", "f"}, {"/private/f/a", "a"}, {"/private/f/a/b", "b"}});
    CHECK(read(f, inbox, {.entries = {"/private/fa", "/private/f"}, .max_size = 1}) ==
          Values{{"/private/f", "f"}, {"/private/fa", "too long: 2"}});
}

TEST_CASE("private entries are their writer's, shared ones everybody's, the server's the account's", "[mailstore][metadata][isolation]") {
    Fixture f;
    f.make_account(1);
    f.make_account(2);
    const auto inbox = Fixture::ref(f.inbox(1));
    REQUIRE(write(f, inbox, {{"/private/a", "mine"}, {"/shared/a", "ours"}}));
    REQUIRE(write(f, inbox, {{"/private/a", "theirs"}}, AccountId{2}));
    CHECK(read(f, inbox, {.entries = {"/private/a", "/shared/a"}}) == Values{{"/private/a", "mine"}, {"/shared/a", "ours"}});
    CHECK(read(f, inbox, {.entries = {"/private/a", "/shared/a"}}, AccountId{2}) ==
          Values{{"/private/a", "theirs"}, {"/shared/a", "ours"}});
    REQUIRE(write(f, server, {{"/private/a", "of the server"}}));
    CHECK(read(f, server, below("/private")) == Values{{"/private/a", "of the server"}});
    CHECK(read(f, {tenant, AccountId{2}, MailboxId{}}, below("/private"), AccountId{2}).empty());
    // Another tenant sees none of it, whatever it asks for.
    constexpr pg::Statement see{"test.see_metadata", "select count(*) from mail.metadata"};
    CHECK(f.get(f.imap.query(TenantId{8}, see, pg::Params{}, f.soon()))[0].get<std::int64_t>(0) == 0);
    CHECK(f.get(f.imap.query(tenant, see, pg::Params{}, f.soon()))[0].get<std::int64_t>(0) == 4);
    for (auto* other : {&f.pop3, &f.delivery}) CHECK_FALSE(f.run(other->query(tenant, see, pg::Params{}, f.soon())));
}

TEST_CASE("a renamed mailbox keeps its entries, a removed one loses them", "[mailstore][metadata][rfc5464:4.3]") {
    Fixture f;
    f.make_account(1);
    f.get(f.boxes.create(account(1), "a/b", SpecialUse::none, f.soon()));
    const auto parent = Fixture::ref(f.box(1, "a")), child = Fixture::ref(f.box(1, "a/b"));
    REQUIRE(write(f, parent, {{"/private/x", "parent"}}));
    REQUIRE(write(f, child, {{"/private/x", "child"}}));
    f.get(f.boxes.rename(account(1), "a", "c", f.soon()));
    CHECK(read(f, parent, below("/private")) == Values{{"/private/x", "parent"}});
    CHECK(read(f, child, below("/private")) == Values{{"/private/x", "child"}});
    f.get(f.boxes.remove(account(1), "c", f.soon()));  // stays as a name
    CHECK(read(f, parent, below("/private")).empty());
    f.get(f.boxes.remove(account(1), "c/b", f.soon()));
    CHECK(f.database.sql("select count(*) from mail.metadata") == "0");
    REQUIRE(write(f, server, {{"/private/x", "y"}}));
    f.get([](Fixture& x) -> Task<Result<void>> {
        auto tx = co_await x.auth.begin(tenant, x.soon());
        if (!tx) co_return forward(tx);
        if (auto gone = co_await delete_account(*tx, account(1)); !gone) co_return gone;
        co_return co_await tx->commit();
    }(f));
    CHECK(f.database.sql("select count(*) from mail.metadata") == "0");
}

TEST_CASE("what INBOX leaves under another name has its entries, and INBOX keeps them", "[mailstore][metadata][rfc5464:4.1]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("m"));
    const auto inbox = Fixture::ref(f.inbox(1));
    write(f, inbox, {{"/shared/comment", "ours"}, {"/private/comment", "mine"}, {"/private/gone", "x"}}).value();
    write(f, inbox, {{"/private/gone", std::nullopt}}).value();
    f.get(f.boxes.rename(account(1), "INBOX", "Old", f.soon()));
    const Values both{{"/shared/comment", "ours"}, {"/private/comment", "mine"}};
    for (const MailboxRef place : {inbox, Fixture::ref(f.box(1, "Old"))}) {
        Values found = read(f, place, below("/shared"));
        found.merge(read(f, place, below("/private")));
        CHECK(found == both);
    }
    f.check_consistent();
}

TEST_CASE("a mailbox's MODSEQ rises with its entries, the server's raise none", "[mailstore][metadata][rfc7162:3.2]") {
    Fixture f;
    f.make_account(1);
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto before = f.inbox(1).modseq;
    const auto changed = write(f, inbox, {{"/shared/comment", "x"}}).value();
    CHECK(f.inbox(1).modseq == changed.modseq);
    CHECK(changed.modseq > before);
    write(f, server, {{"/private/comment", "x"}}).value();
    CHECK(f.inbox(1).modseq == changed.modseq);
    f.check_consistent();
}
