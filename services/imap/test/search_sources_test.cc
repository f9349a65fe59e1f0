#include "imap/search_sources.h"

#include <catch2/catch.hpp>

using namespace sky::imapd;
using sky::imap::SearchSource;
using Kind = SearchSource::Kind;

namespace {
bool covers(const SearchSource& source, std::string name, bool subscribed = false) {
    store::Mailbox mailbox;
    mailbox.name = std::move(name);
    mailbox.subscribed = subscribed;
    return means(source, mailbox);
}
}  // namespace

TEST_CASE("a source of a search means mailboxes by their names", "[imap][rfc7377:2.2]") {
    CHECK(covers({Kind::personal, {}}, "a/b"));
    CHECK(covers({Kind::inboxes, {}}, "INBOX"));
    CHECK_FALSE(covers({Kind::inboxes, {}}, "Sent"));
    CHECK(covers({Kind::subscribed, {}}, "x", true));
    CHECK_FALSE(covers({Kind::subscribed, {}}, "x"));
    CHECK(covers({Kind::mailboxes, {"x", "y"}}, "y"));
    CHECK_FALSE(covers({Kind::mailboxes, {"x"}}, "x/y"));
    CHECK_FALSE(covers({Kind::selected, {}}, "x"));
}

TEST_CASE("a subtree goes all the way down, subtree-one a single level", "[imap][rfc7377:2.2]") {
    for (const char* name : {"a", "a/b", "a/b/c"}) CHECK(covers({Kind::subtree, {"a"}}, name));
    CHECK_FALSE(covers({Kind::subtree, {"a"}}, "ab"));
    CHECK(covers({Kind::subtree, {""}}, "anything/at/all"));
    CHECK(covers({Kind::subtree_one, {"a"}}, "a"));
    CHECK(covers({Kind::subtree_one, {"a"}}, "a/b"));
    CHECK_FALSE(covers({Kind::subtree_one, {"a"}}, "a/b/c"));
    CHECK_FALSE(covers({Kind::subtree_one, {""}}, "a/b"));
}
