// What clients that keep in step ask for: QRESYNC, PARTIAL, NOTIFY.
#include <catch2/catch.hpp>

#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/notify.h"
#include "sky/imap-proto/select.h"

using namespace sky::imap;

namespace {
sky::Result<SelectRequest> select(std::string_view text) {
    Arguments in(text);
    return parse_select(in);
}
sky::Result<FetchRequest> fetch(std::string_view text) {
    Arguments in(text);
    return parse_fetch(in);
}
sky::Result<NotifyRequest> notify(std::string_view text) {
    Arguments in(text);
    return parse_notify(in);
}
sky::Result<PartialRange> range(std::string_view text) {
    Arguments in(text);
    return parse_partial_range(in);
}
std::vector<int> page(std::string_view text, int count) {
    const auto slice = range(text)->of(static_cast<std::size_t>(count));
    std::vector<int> out;
    for (auto i = slice.begin; i < slice.end; ++i) out.push_back(static_cast<int>(i) + 1);
    return out;
}
}  // namespace

TEST_CASE("SELECT tells what the client knows", "[imap-proto][rfc7162:3.2.5]") {
    CHECK(select("INBOX")->mailbox == "INBOX");
    CHECK_FALSE(select("INBOX")->known);
    CHECK(select("INBOX (CONDSTORE)")->condstore);
    const auto bare = select("INBOX (QRESYNC (67890007 20050715194045000))");
    REQUIRE(bare);
    CHECK(bare->known->uid_validity == 67890007);
    CHECK(bare->known->modseq == 20050715194045000);
    CHECK_FALSE(bare->known->uids);
    const auto whole = select("INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541 (1:3,9 41:43,55)) CONDSTORE)");
    REQUIRE(whole);
    CHECK(whole->condstore);
    CHECK(whole->known->uids->text() == "41:211,214:541");
    CHECK(whole->known->match->numbers.text() == "1:3,9");
    CHECK(whole->known->match->uids.text() == "41:43,55");
    CHECK(select("INBOX (QRESYNC (1 2 (1 7)))")->known->match->uids.text() == "7");
    CHECK(select("INBOX (QRESYNC (1 0))")->known->modseq == 0);  // before all changes
    for (const char* wrong :
         {"INBOX ()", "INBOX (QRESYNC)", "INBOX (QRESYNC ())", "INBOX (QRESYNC (1))", "INBOX (QRESYNC (0 1))", "INBOX (QRESYNC (1 2 1:*))",
          "INBOX (QRESYNC (1 2 (1:2 7)))", "INBOX (QRESYNC (1 2 3 (1 *)))", "INBOX (QRESYNC (1 2 3 4))", "INBOX (QRESYNC (1 2)) x",
          "INBOX (FROB)", "INBOX (QRESYNC (1 2) QRESYNC (1 2))"}) {
        INFO(wrong);
        CHECK_FALSE(select(wrong));
    }
}

TEST_CASE("a page counts from either end", "[imap-proto][rfc9394:3.1]") {
    CHECK(page("1:3", 5) == std::vector{1, 2, 3});
    CHECK(page("4:9", 5) == std::vector{4, 5});
    CHECK(page("9:4", 5) == std::vector{4, 5});
    CHECK(page("6:9", 5).empty());
    CHECK(page("-1:-2", 5) == std::vector{4, 5});
    CHECK(page("-2:-1", 5) == std::vector{4, 5});
    CHECK(page("-4:-9", 5) == std::vector{1, 2});
    CHECK(page("-6:-9", 5).empty());
    CHECK(page("1:1", 0).empty());
    std::string out;
    append_partial_range(out, *range("-5:-3"));
    CHECK(out == "-3:-5");
    for (const char* wrong : {"", "1", "1:", ":1", "0:1", "1:0", "-1:2", "1:-2", "--1:-2", "1:*", "1:4294967296"}) {
        INFO(wrong);
        CHECK_FALSE(range(wrong));
    }
}

TEST_CASE("FETCH takes its modifiers in any order", "[imap-proto][rfc7162:3.2.6][rfc9394:3.3]") {
    const auto all = fetch("(FLAGS) (PARTIAL -1:-30 VANISHED CHANGEDSINCE 12)");
    REQUIRE(all);
    CHECK(all->changed_since == 12);
    CHECK(all->vanished);
    CHECK(all->page == PartialRange{PartialRange::From::newest, 1, 30});
    CHECK(all->page->size() == 30);
    CHECK(fetch("FLAGS (PARTIAL 9:4)")->page->size() == 6);
    CHECK(fetch("FLAGS (PARTIAL 1:4294967295)")->page->size() == 4294967295U);
    for (const char* wrong :
         {"FLAGS (VANISHED)", "FLAGS (PARTIAL)", "FLAGS (PARTIAL 0:1)", "FLAGS ()", "FLAGS (CHANGEDSINCE)", "FLAGS (CHANGEDSINCE 1"})
        CHECK_FALSE(fetch(wrong));
}

TEST_CASE("NOTIFY names mailboxes and events", "[imap-proto][rfc5465:8]") {
    CHECK(notify("NONE")->groups.empty());
    const auto all = notify("SET STATUS (selected MessageNew (uid body.peek[header.fields (from to)]) MessageExpunge)");
    CHECK_FALSE(all);  // events stand in parentheses
    const auto some = notify(
        "SET status (Selected-Delayed (MessageNew (uid body.peek[header.fields (from to)]) MessageExpunge FlagChange)) "
        "(mailboxes (a \"b c\") (MessageNew MessageExpunge)) (subtree lists (MailboxName SubscriptionChange)) (personal NONE)");
    REQUIRE(some);
    CHECK(some->status);
    REQUIRE(some->groups.size() == 4);
    CHECK(some->selected()->filter == NotifyGroup::Filter::selected_delayed);
    CHECK(some->selected()->items.size() == 2);
    CHECK(some->selected()->events == (message_new | message_expunge | flag_change));
    CHECK(some->groups[1].names == std::vector<std::string>{"a", "b c"});
    CHECK(some->groups[2].events == (mailbox_name | subscription_change));
    CHECK(some->groups[3].events == 0);
    CHECK(notify("SET (inboxes (AnnotationChange MessageNew MessageExpunge Frob))")->unknown_events ==
          std::vector<std::string>{"AnnotationChange", "Frob"});
    CHECK(notify("SET (personal (MailboxMetadataChange ServerMetadataChange))")->groups[0].events == (mailbox_metadata | server_metadata));
    CHECK(known_events() ==
          "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)");
}

TEST_CASE("NOTIFY refuses events that can't stand alone", "[imap-proto][rfc5465:5]") {
    for (const char* wrong :
         {"", "SET", "SET STATUS", "SET (personal)", "SET (personal ())", "SET (selected (MessageNew))", "SET (personal (MessageExpunge))",
          "SET (personal (FlagChange))", "SET (personal (MessageNew (UID) MessageExpunge))", "SET (selected (MailboxName))",
          "SET (selected NONE) (selected-delayed NONE)", "SET (mailboxes (MessageNew MessageExpunge))", "SET (frob NONE)", "NONE x",
          "SET (personal (AnnotationChange))", "SET (personal NONE) x"}) {
        INFO(wrong);
        CHECK_FALSE(notify(wrong));
    }
    std::string many = "SET";
    for (int i = 0; i < 101; ++i) many += " (personal NONE)";
    CHECK(notify(many).error().fault == sky::Fault::limit);
}
