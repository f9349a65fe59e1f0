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
    CHECK(f.run(f.boxes.create(account(1), "a//b", SpecialUse::none, f.soon())).error().fault == Fault::unsupported);
    f.check_consistent();
}

TEST_CASE("a name has one spelling, and no controls", "[mailstore][rfc9051:6.3.4][rfc5198:3]") {
    CHECK(canonical_name("Entwu\xcc\x88rfe/a").value() == "Entwürfe/a");
    CHECK(canonical_name("inbox/Entwürfe").value() == "INBOX/Entwürfe");
    for (const char* wrong : {"a\x01", "a\x7f", "a\xc2\x85", "a\xe2\x80\xa8", "a\xe2\x80\xa9z", "a\xff"})
        CHECK(canonical_name(wrong).error().fault == Fault::unsupported);
    CHECK(canonical_name("a\xc2\xa0\xe2\x80\xaf").value() == "a\xc2\xa0\xe2\x80\xaf");
    Fixture f;
    f.make_account(1);
    CHECK(f.get(f.boxes.create(account(1), "Cafe\xcc\x81", SpecialUse::none, f.soon())).name == "Café");
    CHECK(f.run(f.boxes.create(account(1), "Café", SpecialUse::none, f.soon())).error().fault == Fault::already_exists);
    CHECK(f.get(f.boxes.find(account(1), "Cafe\xcc\x81", f.soon())).name == "Café");
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
    CHECK(f.run(f.boxes.rename(account(1), "x", "x/z", f.soon())).error().fault == Fault::unsupported);
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

TEST_CASE("searching fields and text", "[mailstore][rfc9051:6.4.4]") {
    Fixture f;
    f.make_account(1);
    const auto first =
        f.deliver_one(1, mail("=?utf-8?q?Caf=C3=A9?= plan", "Date: Mon, 23 Nov 2026 23:48:00 +0000\r\nX-Tag: blue\r\n")).email;
    const auto second = f.deliver_one(1,
                                      mail("other", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
                                           "VGhlIMOJVMOJIGlzIGhlcmU=\r\n"),
                                      "Delivered-To: one@example.test\r\n")
                            .email;
    std::string crowd;
    for (int i = 0; i < 1000; ++i) crowd += "Cc: someone.number" + std::to_string(i) + "@example.test\r\n";
    const auto third = f.deliver_one(1, mail("crowd", crowd)).email;
    const std::string inner = "Content-Type: multipart/mixed; boundary=b\r\n";
    const auto fourth = f.deliver_one(1, mail("holds", inner,
                                              "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\ndeep\r\n--b\r\n"
                                              "Content-Type: text/html; name=x.html\r\n\r\n<b>bo</b>ld\r\n--b--\r\n"))
                            .email;
    const std::string large = std::string(700'000, 'x') + "\r\nneedle in the " + std::string(1'500'000, 'y') + " hay\r\n";
    const auto fifth = f.deliver_one(1, mail("large", {}, large)).email;
    using Emails = std::vector<EmailId>;
    const Emails all{first, second, third, fourth, fifth};
    const auto by = [&](SearchField field, std::string needle) {
        return f.get(f.reader.search_field(tenant, all, field, std::move(needle), f.soon()));
    };
    CHECK(by(SearchField::subject, "CAF\xC3\x89") == Emails{first});
    CHECK(by(SearchField::from, "ada@") == all);
    CHECK(by(SearchField::cc, "") == Emails{third});
    CHECK(by(SearchField::cc, "number1@") == Emails{third});
    CHECK(by(SearchField::cc, "NUMBER999@") == Emails{third});  // beyond what the column keeps
    CHECK(by(SearchField::cc, "number1000@").empty());
    CHECK(f.get(f.reader.search_field(TenantId{8}, all, SearchField::from, "ada", f.soon())).empty());

    using Scan = Reader::Scan;
    const auto holds = [&](Scan scan, std::string field, std::string needle) {
        return f.get(f.reader.search_text(tenant, all, scan, std::move(field), std::move(needle), f.soon()));
    };
    CHECK(holds(Scan::body, "", "\xC3\xA9t\xC3\xA9 IS") == Emails{second});
    CHECK(holds(Scan::body, "", "delivered-to").empty());
    CHECK(holds(Scan::text, "", "delivered-to") == Emails{second});
    CHECK(holds(Scan::header_field, "Delivered-To", "ONE@") == Emails{second});
    CHECK(holds(Scan::header_field, "X-Tag", "") == Emails{first});
    CHECK(holds(Scan::body, "", "within") == Emails{fourth});  // the header of a message within is body
    CHECK(holds(Scan::header_field, "Subject", "within").empty());
    CHECK(holds(Scan::body, "", "x.html").empty());  // MIME headers are not
    CHECK(holds(Scan::text, "", "x.html") == Emails{fourth});
    CHECK(holds(Scan::text, "", "NEEDLE IN") == Emails{fifth});
    CHECK(holds(Scan::text, "", "yy hay") == Emails{fifth});
    CHECK(holds(Scan::text, "", "nowhere").empty());
}
