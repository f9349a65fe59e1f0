// Recipients that are more than a place: moderated groups, decisions, postmaster.
#include <catch2/catch.hpp>

#include "dialogue.h"

using namespace sky;
using namespace sky::smtpd;
using namespace std::string_literals;
using Kind = Destination::Kind;

namespace {
const auto approve = "approve-" + std::string(32, 'a') + "@example.test";
Task<void> hands_over(Client& client) {
    co_await client.asks("DATA");
    CHECK((co_await client.asks("Subject: x\r\n\r\nhello\r\n.")).starts_with("250"));
}
}  // namespace

TEST_CASE("a moderated group is passed on as one recipient that waits", "[smtp]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
        CHECK((co_await client.asks("RCPT TO:<all@example.test>")).starts_with("250"));
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("250"));
        co_await hands_over(client);
        REQUIRE(played.submitted.size() == 1);
        CHECK(played.submitted[0].destinations == std::vector<Destination>{{"all@example.test", "", TenantId{1}, {}, Kind::moderated},
                                                                           {"ada@example.test", "", TenantId{1}, AccountId{7}}});
    });
}

TEST_CASE("a decision is taken from somebody who signed in only, and its token is told to nobody", "[smtp]") {
    dialogue(Role::inbound, [](Client& client, Played&) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<ada@example.test>");
        CHECK((co_await client.asks("RCPT TO:<" + approve + ">")).starts_with("550 5.7.1"));
        CHECK((co_await client.asks("RCPT TO:<approve-1@example.test>")).starts_with("550 5.1.1"));
    });
    dialogue_of_ada([](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<ada@example.test>");
        CHECK((co_await client.asks("RCPT TO:<" + approve + ">")).starts_with("250"));
        co_await hands_over(client);
        CHECK(played.submitted.at(0).destinations == std::vector<Destination>{{approve, "", TenantId{1}, {}, Kind::decision}});
        CHECK(played.submitted.at(0).head.find("aaaa") == std::string::npos);
        // At another domain it is somebody else's address.
        co_await client.asks("MAIL FROM:<ada@example.test>");
        CHECK((co_await client.asks("RCPT TO:<approve-" + std::string(32, 'a') + "@elsewhere.test>")).starts_with("250"));
        co_await hands_over(client);
        CHECK(played.submitted.at(1).destinations.at(0).kind == Kind::place);
    });
}

TEST_CASE("postmaster and abuse of a domain that has nobody reach the provider", "[smtp][rfc5321:4.5.1][rfc2142:4]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
        for (const auto* address : {"<postmaster@alone.test>", "<Abuse@alone.test>", "<Postmaster>"})
            CHECK((co_await client.asks("RCPT TO:"s + address)).starts_with("250"));
        co_await client.asks("RSET");
        co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
        CHECK((co_await client.asks("RCPT TO:<webmaster@alone.test>")).starts_with("550 5.1.1"));
        CHECK((co_await client.asks("RCPT TO:<members@example.test>")).starts_with("550 5.7.1"));
        CHECK((co_await client.asks("RCPT TO:<postmaster@elsewhere.test>")).starts_with("550 5.7.1"));
        CHECK((co_await client.asks("RCPT TO:<postmaster@alone.test>")).starts_with("250"));
        co_await hands_over(client);
        CHECK(played.submitted.at(0).destinations ==
              std::vector<Destination>{{"ada@example.test", "postmaster@alone.test", TenantId{1}, AccountId{7}}});
    });
}
