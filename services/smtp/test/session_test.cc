// Whole dialogues with a session over a real socket; auth and delivery are played by something simple.
#include <catch2/catch.hpp>

#include "dialogue.h"

using namespace sky;
using namespace sky::smtpd;
using namespace std::string_literals;

TEST_CASE("a mail from another server is accepted once delivery has it", "[smtp][rfc5321:4.1.1.4]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        CHECK(co_await client.hears() == "220 mx.test ESMTP Skybridge");
        const auto ehlo = co_await client.asks("EHLO client.test");
        CHECK(ehlo.find("250-PIPELINING") != std::string::npos);
        CHECK(ehlo.find("AUTH") == std::string::npos);
        CHECK(co_await client.asks("MAIL FROM:<bob@elsewhere.test> BODY=8BITMIME") == "250 2.1.0 ok");
        CHECK(co_await client.asks("RCPT TO:<ada@example.test>") == "250 2.1.5 ok");
        CHECK((co_await client.asks("DATA")).starts_with("354 "));
        const auto accepted = co_await client.asks("Subject: hi\r\nMessage-ID: <1@x>\r\n\r\n..dot\r\n.");
        CHECK(accepted.starts_with("250 2.0.0 ok, queued as "));
        REQUIRE(played.submitted.size() == 1);
        const auto& mail = played.submitted[0];
        CHECK(mail.reverse_path == "bob@elsewhere.test");
        CHECK(mail.message_id == "<1@x>");
        CHECK(mail.content == "Subject: hi\r\nMessage-ID: <1@x>\r\n\r\n.dot\r\n");
        CHECK(mail.head.starts_with("Received: from client.test ([127.0.0.1])\r\n\tby mx.test (Skybridge) with ESMTP id "));
        CHECK(mail.head.find("\r\n\tfor <ada@example.test>; ") != std::string::npos);
        CHECK(mail.destinations == std::vector<Destination>{{"ada@example.test", "", TenantId{1}, AccountId{7}}});
        CHECK(played.confirmed == 0);  // not before the client speaks again
        CHECK(co_await client.asks("QUIT") == "221 2.0.0 bye");
        CHECK(played.confirmed == 1);
        CHECK(co_await client.closed());
    });
}

TEST_CASE("commands come in groups and are answered in order", "[smtp][rfc2920:3.1]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.says("MAIL FROM:<>\r\nRCPT TO:<nobody@example.test>\r\nRCPT TO:<ada@example.test>\r\nDATA");
        CHECK((co_await client.hears()).starts_with("250"));
        CHECK((co_await client.hears()).starts_with("550 5.1.1"));
        CHECK((co_await client.hears()).starts_with("250"));
        CHECK((co_await client.hears()).starts_with("354"));
        co_await client.says("\r\nx\r\n.\r\nNOOP\r\nQUIT");
        CHECK((co_await client.hears()).starts_with("250 2.0.0 ok, queued"));
        CHECK((co_await client.hears()).starts_with("250"));
        CHECK((co_await client.hears()).starts_with("221"));
        CHECK(played.submitted.at(0).reverse_path.empty());
    });
}

TEST_CASE("no open relay: unauthenticated mail to elsewhere is refused in every guise", "[smtp][contract:S11]") {
    dialogue(Role::inbound, [](Client& client, Played&) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await client.asks("MAIL FROM:<bob@elsewhere.test>")).starts_with("250"));
        for (const auto* path : {"<x@elsewhere.test>", "<@example.test:x@elsewhere.test>", "<x%elsewhere.test@example.test>",
                                 "<\"x@elsewhere.test\"@example.test>", "<elsewhere.test!x@example.test>", "<x@[192.0.2.1]>"}) {
            const auto reply = co_await client.asks("RCPT TO:"s + path);
            CHECK(reply.starts_with("550 5.7.1"));
        }
        CHECK((co_await client.asks("DATA")).starts_with("554"));
    });
}

TEST_CASE("auth away is temporary, never an unknown user", "[smtp][contract:2.10]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
        played.auth_away = true;
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("451 4.3.0"));
        CHECK((co_await client.asks("RCPT TO:<nobody@example.test>")).starts_with("451 4.3.0"));
        played.auth_away = false;
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("250"));
        played.refusal = Error{Fault::unavailable, "", "gone"};
        co_await client.asks("DATA");
        CHECK((co_await client.asks("\r\nx\r\n.")).starts_with("451 4.3.0"));
        CHECK((co_await client.asks("MAIL FROM:<>")).starts_with("250"));
    });
}

TEST_CASE("smuggled ends and bare line ends are refused before anything is stored", "[smtp][contract:S01]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        for (const auto& end : {"\n.\n"s, "\r.\r"s, "\n.\r\n"s, "\r\n.\n"s, "\r\n.\r\r\n"s, "\r\n\0.\r\n"s}) {
            co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
            co_await client.asks("RCPT TO:<ada@example.test>");
            co_await client.asks("DATA");
            co_await client.says("Subject: x\r\n\r\nbody" + end + "MAIL FROM:<evil@x>\r\n.");
            CHECK((co_await client.hears()).starts_with("550 5.6.0"));
        }
        CHECK(played.submitted.empty());
        CHECK((co_await client.asks("NOOP a\nMAIL FROM:<>")).starts_with("500 5.5.2"));
    });
}

TEST_CASE("the wrong order and unknown words are told apart", "[smtp][rfc5321:4.1.4]") {
    dialogue(Role::inbound, [](Client& client, Played&) -> Task<void> {
        co_await client.hears();
        CHECK((co_await client.asks("MAIL FROM:<>")).starts_with("503"));
        CHECK((co_await client.asks("HELO x")).starts_with("250 mx.test"));
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("503"));
        CHECK((co_await client.asks("DATA")).starts_with("503"));
        CHECK((co_await client.asks("XYZZY")).starts_with("500"));
        CHECK((co_await client.asks("VRFY ada")).starts_with("252"));
        CHECK((co_await client.asks("MAIL FROM:<> SIZE=99999999999")).starts_with("552"));
        CHECK((co_await client.asks("MAIL FROM:<> RET=FULL")).starts_with("555"));
    });
}

TEST_CASE("patience ends at twenty errors, twenty unknown recipients, at once for a browser", "[smtp][contract:S05][contract:S14]") {
    dialogue(Role::inbound, [](Client& client, Played&) -> Task<void> {
        co_await client.hears();
        CHECK((co_await client.asks("GET / HTTP/1.1")).starts_with("554 5.5.0"));
        CHECK(co_await client.closed());
    });
    dialogue(Role::inbound, [](Client& client, Played&) -> Task<void> {
        co_await client.hears();
        co_await client.says("EHLO x\r\nMAIL FROM:<>");
        CHECK((co_await client.hears()).starts_with("554 5.5.0"));
        CHECK(co_await client.closed());
    });
}

TEST_CASE("recipients of one mail are limited, and one account gets one copy", "[smtp][rfc5321:4.5.3.1.8]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<>");
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("250"));
        CHECK((co_await client.asks("RCPT TO:<sales@example.test>")).starts_with("250"));  // ada and an address elsewhere
        CHECK((co_await client.asks("RCPT TO:<Postmaster>")).starts_with("250"));
        CHECK((co_await client.asks("RCPT TO:<ada@example.test>")).starts_with("452 4.5.3"));
        co_await client.asks("DATA");
        co_await client.asks("\r\n.");
        REQUIRE(played.submitted.size() == 1);
        CHECK(played.submitted[0].destinations.size() == 2);
        CHECK(played.submitted[0].head.find("for <") == std::string::npos);
    });
}

TEST_CASE("submission asks for TLS and a user first", "[smtp][rfc6409:4.3]") {
    dialogue(Role::submission, [](Client& client, Played&) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await client.asks("MAIL FROM:<ada@example.test>")).starts_with("530 5.7.0"));
        CHECK((co_await client.asks("AUTH PLAIN AGEAYg==")).starts_with("538 5.7.11"));
        CHECK((co_await client.asks("STARTTLS")).starts_with("454"));
    });
}

TEST_CASE("draining tells idle clients and lets a mail under way finish", "[smtp]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<>");
        co_await client.asks("RCPT TO:<ada@example.test>");
        played.drain();
        CHECK((co_await client.asks("DATA")).starts_with("354"));
        CHECK((co_await client.asks("\r\n.")).starts_with("250"));
        CHECK((co_await client.hears()).starts_with("421 4.3.2"));
        CHECK(co_await client.closed());
    });
}
