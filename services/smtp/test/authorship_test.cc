// In whose name a user may write: MAIL FROM and the header (contract S12).
#include <catch2/catch.hpp>

#include "dialogue.h"

using namespace sky;
using namespace sky::smtpd;
using namespace std::string_literals;

namespace {
// The reply to a message of ada's with that header.
Task<std::string> submits(Client& client, std::string header, std::string path = "ada@example.test") {
    co_await client.asks("MAIL FROM:<" + path + ">");
    co_await client.asks("RCPT TO:<eve@elsewhere.test>");
    co_await client.asks("DATA");
    co_return co_await client.asks(header + "\r\nSubject: x\r\n\r\nhello\r\n.");
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a header that names somebody else is refused in every guise", "[smtp][contract:S12][rfc5322:3.6.2][rfc6409:6.1]") {
    const std::string forgeries[] = {
        "From: carl@example.test",
        "From: boss@corp.test",
        "from : boss@corp.test",
        "From:\r\n\tboss@corp.test",
        "FROM: \"Ada\" <carl@example.test>",
        "From: ada@example.test, carl@example.test",
        "From: carl@example.test, ada@example.test",
        "From: <carl@example.test> <ada@example.test>",
        "From: boss@corp.test <ada@example.test>",
        "From: boss @ corp.test <ada@example.test>",
        "From: \"boss\"@corp.test <ada@example.test>",
        "From: <@corp.test:ada@example.test>",
        "From: ada@example.test\r\nFrom: boss@corp.test",
        "From: boss@corp.test\r\nFrom: ada@example.test",
        "From: Board: boss@corp.test, ada@example.test;",
        "From: The Board:;",
        "From: Boss",
        "From:",
        "From: <>",
        "From: =?utf-8?q?boss=40corp.test?=",
        "From: =?utf-8?q?=3Cboss=40corp.test=3E?= <ada@example.test>",
        "From: \"boss@corp.test\" <ada@example.test>",
        "From: boss\xef\xbc\xa0"
        "corp.test <ada@example.test>",
        "From: =?utf-8?b?Ym9zc0Bjb3JwLnRlc3Q=?= <ada@example.test>",
        "From: ada@example.test (boss@corp.test)",
        "From: ada@example.test (unclosed",
        "From: \"unclosed <ada@example.test>",
        "From: ada@example.test.corp.test",
        "From: ada@[192.0.2.1]",
        "From: all@example.test",
        "From: " + std::string(1100, ' ') + "boss@corp.test, ada@example.test",
        "From: ada@example.test\r\nSender: carl@example.test",
        "From: ada@example.test\r\nSender: ada@example.test\r\nSender: boss@corp.test",
        "From: ada@example.test\r\nSender: ada@example.test, info@example.test",
        "From: ada@example.test\r\nSender: \"boss@corp.test\" <ada@example.test>",
        "X-First: 1\r\nno field at all\r\nFrom: boss@corp.test",
    };
    for (const auto& forgery : forgeries) {
        CAPTURE(forgery);
        dialogue_of_ada([&forgery](Client& client, Played& played) -> Task<void> {
            co_await client.greeted();
            const auto reply = co_await submits(client, forgery);
            CHECK(reply.starts_with("550 5.7.1"));
            CHECK(played.submitted.empty());
        });
    }
}

TEST_CASE("one's own addresses are taken as they are written", "[smtp][contract:S12][rfc5322:3.4]") {
    const std::string headers[] = {
        "From: ada@example.test",
        "From: ADA@Example.Test",
        "From: Ada <ada@example.test>",
        "From: \"Ada, of Example\" <ada@example.test>",
        "From: \"ada@example.test\" <ada@example.test>",
        "From: \"'ada@example.test'\" <ada@example.test>",
        "From: =?utf-8?q?Caf=C3=A9_=40_night?= <ada@example.test>",
        "From: Ada (at @home) <ada@example.test>",
        "From: \"@ada\" <ada@example.test>",
        "From: Sales <sales@example.test>",
        "From: ada@example.test\r\nSender: ada@example.test",
        "From: ada@example.test\r\nReply-To: eve@elsewhere.test",
    };
    dialogue_of_ada([&headers](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        std::size_t count = 0;
        for (const auto& header : headers) {
            CAPTURE(header);
            const auto reply = co_await submits(client, header);
            CHECK(reply.starts_with("250"));
            REQUIRE(played.submitted.size() == ++count);
            CHECK(played.submitted.back().content.starts_with(header));
            CHECK_FALSE(has(played.submitted.back().head, "Sender:"));
            CHECK_FALSE(has(played.submitted.back().head, "From:"));
            CHECK(played.submitted.back().copies.empty());
        }
    });
}

TEST_CASE("who sends on behalf is named in Sender, who sends as is not", "[smtp][rfc5322:3.6.2][rfc6409:8.1]") {
    dialogue_of_ada([](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await submits(client, "From: Boss <boss@example.test>", "boss@example.test")).starts_with("250"));
        CHECK(has(played.submitted.at(0).head, "\r\nSender: <ada@example.test>\r\n"));
        CHECK(played.submitted.at(0).copies.empty());

        CHECK((co_await submits(client, "From: boss@example.test\r\nSender: Boss\r\n <boss@example.test>")).starts_with("250"));
        CHECK(has(played.submitted.at(1).head, "\r\nSender: <ada@example.test>\r\n"));
        CHECK(played.submitted.at(1).content == "From: boss@example.test\r\nSubject: x\r\n\r\nhello\r\n");

        CHECK((co_await submits(client, "Sender: Ada <ada@example.test>\r\nFrom: boss@example.test")).starts_with("250"));
        CHECK_FALSE(has(played.submitted.at(2).head, "Sender:"));
        CHECK(played.submitted.at(2).content.starts_with("Sender: Ada <ada@example.test>\r\nFrom: boss@example.test\r\n"));

        CHECK((co_await submits(client, "From: info@example.test", "info@example.test")).starts_with("250"));
        CHECK_FALSE(has(played.submitted.at(3).head, "Sender:"));
        CHECK(played.submitted.at(3).copies == std::vector<SentCopy>{{AccountId{9}, "info@example.test"}});

        CHECK((co_await submits(client, "From: ada@example.test, info@example.test")).starts_with("250"));
        CHECK(has(played.submitted.at(4).head, "\r\nSender: <ada@example.test>\r\n"));
        CHECK(played.submitted.at(4).copies.size() == 1);
    });
}

TEST_CASE("a submitted message without From gets the one of the envelope", "[smtp][rfc5322:3.6.2]") {
    dialogue_of_ada([](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        CHECK((co_await submits(client, "X-Any: 1", "info@example.test")).starts_with("250"));
        CHECK(has(played.submitted.at(0).head, "\r\nFrom: <info@example.test>\r\n"));
        CHECK(played.submitted.at(0).copies.size() == 1);
        CHECK((co_await client.asks("MAIL FROM:<carl@example.test>")).starts_with("550 5.7.1"));
        CHECK((co_await client.asks("MAIL FROM:<all@example.test>")).starts_with("550 5.7.1"));
        played.auth_away = true;
        CHECK((co_await client.asks("MAIL FROM:<ada@example.test>")).starts_with("451"));
    });
}

TEST_CASE("mail of strangers is not asked whose it is", "[smtp]") {
    dialogue(Role::inbound, [](Client& client, Played& played) -> Task<void> {
        co_await client.greeted();
        co_await client.asks("MAIL FROM:<bob@elsewhere.test>");
        co_await client.asks("RCPT TO:<ada@example.test>");
        co_await client.asks("DATA");
        CHECK((co_await client.asks("From: one@corp.test, two@corp.test\r\n\r\nhi\r\n.")).starts_with("250"));
        CHECK(played.submitted.size() == 1);
    });
}
