// What a plan lets a user send, seen from the client; counted in this shard's memory.
#include <catch2/catch.hpp>

#include "dialogue.h"

using namespace sky;
using namespace sky::smtpd;
using namespace std::chrono_literals;

namespace {
identity::Principal ada(identity::SendLimits sends) {
    return {.tenant = TenantId{1}, .account = AccountId{7}, .address = "ada@example.test", .display_name = "Ada", .sends = sends};
}

// The reply to MAIL, or to the end of the data when that went well.
Task<std::string> send(Client& client) {
    auto reply = co_await client.asks("MAIL FROM:<ada@example.test>");
    if (!reply.starts_with("250")) co_return reply;
    co_await client.asks("RCPT TO:<bob@elsewhere.test>");
    co_await client.asks("DATA");
    co_return co_await client.asks("Subject: x\r\n\r\nx\r\n.");
}
}  // namespace

TEST_CASE("a user sends as many messages an hour and a day as the plan allows", "[smtp][limits]") {
    dialogue_of(ada({.hour = 2, .day = 3}), [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await send(client)).starts_with("250"));
        CHECK((co_await send(client)).starts_with("250"));
        CHECK(co_await send(client) == "450 4.7.1 you may send 2 messages an hour, try again in 47 minutes");
        played.advance(46min);
        CHECK((co_await send(client)).starts_with("450 4.7.1"));
        played.advance(1min);
        CHECK((co_await send(client)).starts_with("250"));
        CHECK(co_await send(client) == "450 4.7.1 you may send 3 messages a day, try again in 60 minutes");
        played.advance(1h);
        CHECK((co_await send(client)).starts_with("250"));
        CHECK(played.submitted.size() == 4);
    });
}

TEST_CASE("what was refused, given up or left half done does not count", "[smtp][limits]") {
    dialogue_of(ada({.hour = 1}), [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await client.asks("MAIL FROM:<ada@example.test>")).starts_with("250"));
        CHECK((co_await client.asks("RSET")).starts_with("250"));
        CHECK((co_await client.asks("MAIL FROM:<eve@example.test>")).starts_with("550"));
        CHECK((co_await client.asks("MAIL FROM:<ada@example.test>")).starts_with("250"));
        CHECK((co_await client.asks("EHLO again.test")).starts_with("250"));
        played.refusal = Error{Fault::unavailable, "", "gone"};
        CHECK((co_await send(client)).starts_with("451"));
        played.refusal.reset();
        CHECK((co_await send(client)).starts_with("250"));
        CHECK((co_await send(client)).starts_with("450 4.7.1"));
    });
}

TEST_CASE("a message that comes again counts once", "[smtp][limits]") {
    dialogue_of(ada({.hour = 2}), [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        played.ingest = new_uuid(SystemClock().now());
        for (int i = 0; i < 5; ++i) CHECK((co_await send(client)).starts_with("250"));
        played.ingest.reset();
        CHECK((co_await send(client)).starts_with("250"));
        CHECK((co_await send(client)).starts_with("450 4.7.1"));
    });
}

TEST_CASE("a message has as many recipients as the plan allows", "[smtp][limits][rfc5321:4.5.3.1.10]") {
    dialogue_of(ada({.recipients = 2}), [](Client& client, Played&) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<ada@example.test>");
        CHECK((co_await client.asks("RCPT TO:<a@elsewhere.test>")).starts_with("250"));
        CHECK((co_await client.asks("RCPT TO:<nobody@example.test>")).starts_with("550"));
        CHECK((co_await client.asks("RCPT TO:<b@elsewhere.test>")).starts_with("250"));
        CHECK(co_await client.asks("RCPT TO:<c@elsewhere.test>") == "452 4.5.3 you may name 2 recipients of one message");
        CHECK((co_await client.asks("DATA")).starts_with("354"));
        CHECK((co_await client.asks("\r\nx\r\n.")).starts_with("250"));
    });
}

TEST_CASE("whose account changed finishes the mail under way and signs in again", "[smtp][limits]") {
    dialogue_of(ada({}), [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<ada@example.test>");
        played.outdate();
        CHECK((co_await client.asks("RCPT TO:<bob@elsewhere.test>")).starts_with("250"));
        CHECK((co_await client.asks("DATA")).starts_with("354"));
        CHECK((co_await client.asks("\r\nx\r\n.")).starts_with("250"));
        CHECK(co_await client.asks("MAIL FROM:<ada@example.test>") == "421 4.7.0 something about this account changed, sign in again");
        CHECK(co_await client.closed());
    });
}

TEST_CASE("counts end with their hour and day", "[smtp][limits]") {
    SendCounts counts;
    const AccountId one{1}, two{2};
    const SendWindows now{100, 4};
    CHECK(counts.take(one, now, {.hour = 1}) == Full::no);
    CHECK(counts.take(one, now, {.hour = 1}) == Full::hour);
    CHECK(counts.take(two, now, {.hour = 1}) == Full::no);
    CHECK(counts.take(one, {101, 4}, {.hour = 1}) == Full::no);
    counts.give_back(one, now);  // of an hour that is over
    CHECK(counts.take(one, {101, 4}, {.hour = 1}) == Full::hour);
    counts.give_back(one, {101, 4});
    CHECK(counts.take(one, {101, 4}, {.hour = 1}) == Full::no);
    CHECK(counts.take(two, {120, 5}, {.day = 1}) == Full::no);
    CHECK(counts.take(two, {121, 5}, {.day = 1}) == Full::day);
}
