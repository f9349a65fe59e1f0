#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
std::vector<std::string> names(Fixture& f) {
    std::vector<std::string> out;
    for (const auto& box : f.get(f.boxes.list(account(1), f.soon())).mailboxes)
        if (box.special_use == SpecialUse::none) out.push_back(box.selectable ? box.name : "(" + box.name + ")");
    return out;
}
using Texts = std::vector<std::string>;
}  // namespace

TEST_CASE("mailboxes are made with the levels above them", "[mailstore][rfc9051:6.3.4]") {
    Fixture f;
    f.make_account(1);
    const auto made = f.get(f.boxes.create(account(1), "a/b/c", SpecialUse::none, f.soon()));
    CHECK(made.name == "a/b/c");
    CHECK(names(f) == Texts{"INBOX", "a", "a/b", "a/b/c"});
    CHECK(f.run(f.boxes.create(account(1), "a/b", SpecialUse::none, f.soon())).error().fault == Fault::already_exists);
    CHECK(f.run(f.boxes.create(account(1), "inbox", SpecialUse::none, f.soon())).error().fault == Fault::already_exists);
    CHECK(f.run(f.boxes.create(account(1), "a//b", SpecialUse::none, f.soon())).error().fault == Fault::syntax);
    f.check_consistent();
}

TEST_CASE("a deleted name that comes back has a higher UIDVALIDITY", "[mailstore][rfc9051:2.3.1.1]") {
    Fixture f;
    f.make_account(1);
    auto last = f.get(f.boxes.create(account(1), "x", SpecialUse::none, f.soon())).uid_validity;
    for (int i = 0; i < 3; ++i) {
        f.get(f.boxes.remove(account(1), "x", f.soon()));
        const auto next = f.get(f.boxes.create(account(1), "x", SpecialUse::none, f.soon())).uid_validity;
        CHECK(next > last);
        last = next;
    }
}

TEST_CASE("a mailbox with others below it becomes a bare name, and can come back", "[mailstore][rfc9051:6.3.5]") {
    Fixture f;
    f.make_account(1);
    f.get(f.boxes.create(account(1), "a/b", SpecialUse::none, f.soon()));
    const auto one = prepare(mail("one"));
    f.get(f.writer.append(Fixture::ref(f.box(1, "a")), {{&one, 0, {}, {}}}, new_uuid(f.clock.now()), f.soon()));
    const auto before = f.box(1, "a").uid_validity;
    f.get(f.boxes.remove(account(1), "a", f.soon()));
    CHECK(names(f) == Texts{"INBOX", "(a)", "a/b"});
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 0);
    CHECK(f.run(f.boxes.remove(account(1), "a", f.soon())).error().fault == Fault::forbidden);
    CHECK(f.get(f.boxes.create(account(1), "a", SpecialUse::none, f.soon())).uid_validity > before);
    f.get(f.boxes.remove(account(1), "a/b", f.soon()));
    f.get(f.boxes.remove(account(1), "a", f.soon()));
    CHECK(names(f) == Texts{"INBOX"});
    CHECK(f.run(f.boxes.remove(account(1), "INBOX", f.soon())).error().fault == Fault::forbidden);
    CHECK(f.run(f.boxes.remove(account(1), "a", f.soon())).error().fault == Fault::not_found);
    f.check_consistent();
}

TEST_CASE("a tree is renamed whole; INBOX gives its messages and stays", "[mailstore][rfc9051:6.3.6]") {
    Fixture f;
    f.make_account(1);
    f.get(f.boxes.create(account(1), "a/b/c", SpecialUse::none, f.soon()));
    f.get(f.boxes.create(account(1), "ab", SpecialUse::none, f.soon()));
    f.get(f.boxes.rename(account(1), "a", "x/y", f.soon()));
    CHECK(names(f) == Texts{"INBOX", "ab", "x", "x/y", "x/y/b", "x/y/b/c"});
    CHECK(f.run(f.boxes.rename(account(1), "x", "x/z", f.soon())).error().fault == Fault::forbidden);
    CHECK(f.run(f.boxes.rename(account(1), "x", "ab", f.soon())).error().fault == Fault::already_exists);
    CHECK(f.run(f.boxes.rename(account(1), "none", "z", f.soon())).error().fault == Fault::not_found);
    f.deliver_one(1, mail("m"));
    f.deliver_one(1, mail("n"));
    f.get(f.writer.store(Fixture::ref(f.inbox(1)), {{2, 2}}, {FlagMode::add, seen, {"k"}}, {}, f.soon()));
    const auto since = f.inbox(1).modseq;
    f.get(f.boxes.rename(account(1), "INBOX", "old", f.soon()));
    CHECK((f.inbox(1).messages == 0 && f.inbox(1).uid_next == Uid{3}));
    const auto old = f.box(1, "old");
    CHECK((old.messages == 2 && old.unseen == 1 && old.keywords == Texts{"k"} && old.uid_next == Uid{3}));
    CHECK(f.all(old)[1].flags == Flags{seen, 1});
    CHECK(f.get(f.reader.changes(Fixture::ref(f.inbox(1)), since, f.soon())).vanished == UidSet{{1, 2}});
    f.check_consistent();
}

TEST_CASE("subscriptions are names and outlive mailboxes", "[mailstore][rfc9051:6.3.7]") {
    Fixture f;
    f.make_account(1);
    f.get(f.boxes.create(account(1), "x", SpecialUse::none, f.soon()));
    CHECK_FALSE(f.box(1, "x").subscribed);
    CHECK(f.get(f.boxes.subscribe(account(1), "x", f.soon())).modseq.value > 0);
    CHECK(f.get(f.boxes.subscribe(account(1), "x", f.soon())).modseq.value == 0);
    CHECK(f.box(1, "x").subscribed);
    f.get(f.boxes.remove(account(1), "x", f.soon()));
    CHECK(f.get(f.boxes.list(account(1), f.soon())).subscribed_elsewhere == Texts{"x"});
    f.get(f.boxes.unsubscribe(account(1), "x", f.soon()));
    CHECK(f.get(f.boxes.list(account(1), f.soon())).subscribed_elsewhere.empty());
}

TEST_CASE("searching fields, dates and text", "[mailstore][rfc9051:6.4.4]") {
    Fixture f;
    f.make_account(1);
    f.deliver_one(1, mail("=?utf-8?q?Caf=C3=A9?= plan", "Date: Mon, 23 Nov 2026 23:48:00 +0000\r\nX-Tag: blue\r\n"));
    const auto second = f.deliver_one(
        1,
        mail("other", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n", "VGhlIMOJVMOJIGlzIGhlcmU=\r\n"),
        "Delivered-To: one@example.test\r\n");
    const auto inbox = Fixture::ref(f.inbox(1));
    const UidRange all{1, 0xFFFFFFFF};
    using Uids = std::vector<std::uint32_t>;
    CHECK(f.get(f.reader.search_field(inbox, all, SearchField::subject, "CAF\xC3\x89", f.soon())) == Uids{1});
    CHECK(f.get(f.reader.search_field(inbox, all, SearchField::from, "ada@", f.soon())) == Uids{1, 2});
    CHECK(f.get(f.reader.search_field(inbox, {2, 2}, SearchField::from, "", f.soon())) == Uids{2});
    CHECK(f.get(f.reader.search_field(inbox, all, SearchField::cc, "", f.soon())).empty());
    const auto day = from_unix_micros(1795392000000000);
    CHECK(f.get(f.reader.search_sent(inbox, all, day, day + std::chrono::days(1), f.soon())) == Uids{1});
    using Scan = Reader::Scan;
    const auto has = [&](Scan scan, std::string field, std::string needle) {
        return f.get(f.reader.contains(tenant, second.email, scan, std::move(field), std::move(needle), f.soon()));
    };
    CHECK(has(Scan::body, "", "\xC3\xA9t\xC3\xA9 IS"));
    CHECK_FALSE(has(Scan::body, "", "delivered-to"));
    CHECK(has(Scan::text, "", "delivered-to"));
    CHECK(has(Scan::header_field, "Delivered-To", "ONE@"));
    CHECK_FALSE(has(Scan::header_field, "X-Tag", ""));
}
