// Whole dialogues with a session over a real socket; auth and the store are played by something simple.
#include <catch2/catch.hpp>

#include "dialogue.h"

using namespace sky;
using namespace sky::pop3d;
using namespace std::string_literals;

TEST_CASE("numbers, sizes and ids of a maildrop", "[pop3][rfc1939:5]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 100}, {Uid{5}, EmailId{50}, Time{}, 200}};
        CHECK(co_await client.signed_in());
        CHECK(co_await client.asks("STAT") == "+OK 2 300");
        CHECK(co_await client.asks("LIST 2") == "+OK 2 200");
        CHECK(co_await client.asks_long("LIST") == "+OK 2 messages, 300 octets\n1 100\n2 200\n");
        CHECK(co_await client.asks_long("UIDL") == "+OK ids\n1 1e.0\n2 32.0\n");
        CHECK((co_await client.asks("LIST 3")).starts_with("-ERR"));
        CHECK((co_await client.asks("LIST x")).starts_with("-ERR"));
        CHECK((co_await client.asks("RETR")).starts_with("-ERR"));
    });
}

TEST_CASE("DELE takes effect at QUIT, in one go, and only there", "[pop3][rfc1939:5][rfc1939:6]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 100}, {Uid{5}, EmailId{50}, Time{}, 200}, {Uid{9}, EmailId{90}, Time{}, 1}};
        CHECK(co_await client.signed_in());
        CHECK((co_await client.asks("DELE 1")).starts_with("+OK"));
        CHECK((co_await client.asks("DELE 1")).starts_with("-ERR"));
        CHECK((co_await client.asks("RETR 1")).starts_with("-ERR"));
        CHECK(co_await client.asks("STAT") == "+OK 2 201");
        CHECK((co_await client.asks("RSET")).starts_with("+OK"));
        CHECK(co_await client.asks("STAT") == "+OK 3 301");
        co_await client.asks("DELE 2");
        co_await client.asks("DELE 3");
        CHECK(played.removed.empty());
        CHECK((co_await client.asks("QUIT")).starts_with("+OK"));
        CHECK(played.removed == std::vector<std::vector<Uid>>{{Uid{5}, Uid{9}}});
        CHECK(co_await client.closed());
    });
}

TEST_CASE("a session that only breaks deletes nothing", "[pop3][rfc1939:4][rfc1939:6]") {
    Played* seen = nullptr;
    dialogue([&](Talker& client, Played& played) -> Task<void> {
        seen = &played;
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 100}};
        CHECK(co_await client.signed_in());
        co_await client.asks("DELE 1");
        client.hang_up();
        co_await sleep_for(std::chrono::milliseconds(50));
        CHECK(played.removed.empty());
    });
}

TEST_CASE("RETR and TOP send octets as they are, dots doubled", "[pop3][rfc1939:5][rfc1939:7]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 42}, {Uid{4}, EmailId{40}, Time{}, 42}};
        played.contents[30] = {"A: b\r\n\r", "\none\r\n.", "two\r\n.\r\nend"};
        CHECK(co_await client.signed_in());
        CHECK(co_await client.asks_long("RETR 1") == "+OK 42 octets\nA: b\n\none\n..two\n..\nend\n");
        CHECK(co_await client.asks_long("TOP 1 1") == "+OK top of message\nA: b\n\none\n");
        CHECK(co_await client.asks_long("TOP 1 0") == "+OK top of message\nA: b\n\n");
        CHECK((co_await client.asks("RETR 2")) == "-ERR message is gone");
        CHECK((co_await client.asks("NOOP")).starts_with("+OK"));
    });
}

TEST_CASE("a message that breaks in its middle never gets its final dot", "[pop3][rfc1939:5]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 42}};
        played.contents[30] = {"A: b\r\n", "!"};
        CHECK(co_await client.signed_in());
        CHECK(co_await client.asks("RETR 1") == "+OK 42 octets");
        CHECK(co_await client.hears() == "A: b");
        CHECK(co_await client.closed());
    });
}

TEST_CASE("nobody signs in over plain text", "[pop3][rfc2595:4]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.plain = true;
        CHECK((co_await client.hears()).starts_with("+OK"));
        for (const auto* line : {"USER ada@example.test", "PASS secret", "AUTH PLAIN AGEAYg=="})
            CHECK((co_await client.asks(line)).starts_with("-ERR [AUTH] STLS first"));
        CHECK((co_await client.asks("STAT")).starts_with("-ERR"));
        const auto capa = co_await client.asks_long("CAPA");
        CHECK(capa.find("SASL") == std::string::npos);
        CHECK(capa.find("UIDL\n") != std::string::npos);
    });
}

TEST_CASE("a store that is away is temporary", "[pop3][rfc3206:4]") {
    dialogue([](Talker& client, Played& played) -> Task<void> {
        played.away = true;
        CHECK_FALSE(co_await client.signed_in());
        CHECK(client.last().starts_with("-ERR [SYS/TEMP]"));
        played.away = false;
        played.messages = {{Uid{3}, EmailId{30}, Time{}, 42}};
        CHECK((co_await client.sign_in()).starts_with("+OK 1"));
        co_await client.asks("DELE 1");
        played.away = true;
        CHECK((co_await client.asks("QUIT")).starts_with("-ERR [SYS/TEMP]"));
    });
}

TEST_CASE("bad lines are answered and end with patience", "[pop3][rfc1939:3]") {
    dialogue([](Talker& client, Played&) -> Task<void> {
        CHECK(co_await client.signed_in());
        CHECK((co_await client.asks("NOOP\0"s)).starts_with("-ERR"));
        CHECK((co_await client.asks("NOOP\nNOOP")).starts_with("-ERR"));
        CHECK((co_await client.hears()).starts_with("+OK"));
        CHECK((co_await client.asks(std::string(600, 'x'))).starts_with("-ERR"));
        CHECK((co_await client.asks(std::string(20000, 'x'))).starts_with("-ERR"));
        for (int i = 0; i < 16; ++i) CHECK((co_await client.asks("XYZZY")).starts_with("-ERR"));
        CHECK((co_await client.hears()) == "-ERR too many errors");
        CHECK(co_await client.closed());
    });
}
