#include "imap/list_names.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::imapd;

namespace {

mailstore::Mailbox mailbox(std::string name, bool subscribed = false, mailstore::SpecialUse use = mailstore::SpecialUse::none) {
    mailstore::Mailbox out;
    out.name = std::move(name);
    out.subscribed = subscribed;
    out.special_use = use;
    return out;
}

std::string listed(const mailstore::Names& names, ListRequest request, std::string_view response = "LIST") {
    std::string out;
    for (const ListedName& one : list_names(names, request)) append_listed(out, response, one, imap::NameForm::mutf7);
    return out;
}

mailstore::Names sample() {
    return {.mailboxes = {mailbox("INBOX", true), mailbox("Sent", false, mailstore::SpecialUse::sent), mailbox("a"), mailbox("a/b", true),
                          mailbox("a/b/c"), mailbox("a-b")},
            .subscribed_elsewhere = {"gone/child"}};
}

}  // namespace

TEST_CASE("LIST names mailboxes with children and special uses", "[imap][rfc9051:6.3.9][rfc6154:2]") {
    CHECK(listed(sample(), {.patterns = {"%"}}) ==
          "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasNoChildren \\Sent) \"/\" Sent\r\n* LIST (\\HasChildren) \"/\" a\r\n"
          "* LIST (\\HasNoChildren) \"/\" a-b\r\n");
    CHECK(listed(sample(), {.reference = "a/", .patterns = {"*"}}) ==
          "* LIST (\\HasChildren) \"/\" a/b\r\n* LIST (\\HasNoChildren) \"/\" a/b/c\r\n");
    CHECK(listed(sample(), {.patterns = {"inbox"}}) == "* LIST (\\HasNoChildren) \"/\" INBOX\r\n");
    CHECK(listed(sample(), {.patterns = {"nothing"}}).empty());
}

TEST_CASE("a pattern is spelled as names are", "[imap][rfc9051:5.1][rfc9051:6.3.9]") {
    const mailstore::Names names{
        .mailboxes = {mailbox("INBOX"), mailbox("INBOX/below"), mailbox("\u00c5ngstr\u00f6m"), mailbox("inboxes/a")}};
    CHECK(listed(names, {.patterns = {"A\u030angstro\u0308m"}}) == "* LIST (\\HasNoChildren) \"/\" &AMU-ngstr&APY-m\r\n");
    CHECK(listed(names, {.patterns = {"A\u030a*"}}) == "* LIST (\\HasNoChildren) \"/\" &AMU-ngstr&APY-m\r\n");
    CHECK(listed(names, {.patterns = {"Inbox/%"}}) == "* LIST (\\HasNoChildren) \"/\" INBOX/below\r\n");
    CHECK(listed(names, {.reference = "inbox/", .patterns = {"BELOW"}}).empty());  // below it, case counts
    CHECK(listed(names, {.patterns = {"INBOXES/*"}}).empty());
    CHECK(listed(names, {.patterns = {"\xff*"}}).empty());
}

TEST_CASE("LIST selects by subscription and tells of it", "[imap][rfc5258:3.1]") {
    CHECK(listed(sample(), {.patterns = {"*"}, .only_subscribed = true}) ==
          "* LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\r\n* LIST (\\HasChildren \\Subscribed) \"/\" a/b\r\n"
          "* LIST (\\NonExistent \\Subscribed) \"/\" gone/child\r\n");
    CHECK(listed(sample(), {.patterns = {"%"}, .only_subscribed = true, .recursive = true}) ==
          "* LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\r\n* LIST (\\HasChildren) \"/\" a (CHILDINFO (\"SUBSCRIBED\"))\r\n"
          "* LIST (\\NonExistent) \"/\" gone (CHILDINFO (\"SUBSCRIBED\"))\r\n");
    CHECK(listed(sample(), {.patterns = {"*"}, .only_special = true}) == "* LIST (\\HasNoChildren \\Sent) \"/\" Sent\r\n");
}

TEST_CASE("CHILDINFO tells that something below is selected, be it listed or not", "[imap][rfc5258:3.5][rfc5258:4]") {
    const mailstore::Names names{.mailboxes = {mailbox("a", true), mailbox("a/b", true), mailbox("c"), mailbox("c/d", true),
                                               mailbox("e", true), mailbox("f/g"), mailbox("h", true), mailbox("h/i")},
                                 .subscribed_elsewhere = {"f", "gone"}};
    CHECK(listed(names, {.patterns = {"*"}, .only_subscribed = true, .recursive = true}) ==
          "* LIST (\\HasChildren \\Subscribed) \"/\" a (CHILDINFO (\"SUBSCRIBED\"))\r\n"
          "* LIST (\\HasNoChildren \\Subscribed) \"/\" a/b\r\n"
          "* LIST (\\HasNoChildren \\Subscribed) \"/\" c/d\r\n"  // which says it of "c" as well
          "* LIST (\\HasNoChildren \\Subscribed) \"/\" e\r\n"
          "* LIST (\\NonExistent \\HasChildren \\Subscribed) \"/\" f\r\n"
          "* LIST (\\NonExistent \\Subscribed) \"/\" gone\r\n"
          "* LIST (\\HasChildren \\Subscribed) \"/\" h\r\n");
    CHECK(listed(names, {.patterns = {"gone"}, .only_subscribed = true, .tell_children = true}) ==
          "* LIST (\\NonExistent \\HasNoChildren \\Subscribed) \"/\" gone\r\n");
}

TEST_CASE("levels above what may be seen are named where a pattern ends with %", "[imap][rfc9051:6.3.9][rfc4314:4]") {
    const mailstore::Names names{.mailboxes = {mailbox("INBOX"), mailbox("Other Users/a@b/x/y"), mailbox("Public Folders/News")},
                                 .subscribed_elsewhere = {}};
    const std::string level = "* LIST (\\Noselect \\NonExistent \\HasChildren) \"/\" ";
    CHECK(listed(names, {.patterns = {"%"}}) ==
          "* LIST (\\HasNoChildren) \"/\" INBOX\r\n" + level + "\"Other Users\"\r\n" + level + "\"Public Folders\"\r\n");
    CHECK(listed(names, {.patterns = {"Other Users/%"}}) == level + "\"Other Users/a@b\"\r\n");
    CHECK(listed(names, {.reference = "Other Users/a@b/", .patterns = {"%"}}) == level + "\"Other Users/a@b/x\"\r\n");
    CHECK(listed(names, {.patterns = {"Other*"}}) == "* LIST (\\HasNoChildren) \"/\" \"Other Users/a@b/x/y\"\r\n");
    CHECK(listed(names, {.patterns = {"%"}, .only_subscribed = true}).empty());
    CHECK(asks_for({.patterns = {"*"}}, "Other Users"));
    CHECK(asks_for({.patterns = {"%"}}, "Other Users"));
    CHECK(asks_for({.reference = "Other Users/", .patterns = {"%"}}, "Other Users"));
    CHECK_FALSE(asks_for({.patterns = {"INBOX", "Sent%"}}, "Other Users"));
    CHECK_FALSE(asks_for({.patterns = {""}}, "Other Users"));
}
