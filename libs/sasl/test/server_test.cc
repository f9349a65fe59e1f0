// PLAIN, LOGIN, OAUTHBEARER, XOAUTH2, EXTERNAL, and the order of calls.
#include <catch2/catch.hpp>

#include "sky/sasl/server.h"

using namespace sky;
using namespace sky::sasl;
using namespace std::string_literals;

namespace {
const Connection tls{.transport = Connection::Transport::tls, .certificate = Connection::Certificate::verified};
Server open(std::string_view name) {
    auto server = Server::open(name, all_mechanisms(), tls, "abcdefghijklmnopqrstuvwx");
    REQUIRE(server);
    return std::move(*server);
}
bool refused(const Turn& turn) { return std::holds_alternative<Refused>(turn); }
constexpr std::string_view told = R"({"status":"invalid_token","scope":"mail","schemes":"bearer"})";
const auto example =
    "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
    "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"s;
const auto google =
    "user=ada@example.com\x01"
    "auth=Bearer ya29.a0-_~+/==\x01\x01"s;
}  // namespace

TEST_CASE("PLAIN and LOGIN bring a password out", "[sasl][rfc4616:2]") {
    const auto plain = open("PLAIN").begin("ops\0ada\0secret"s);
    CHECK(std::get<Password>(plain).authorization == "ops");
    CHECK(std::get<Password>(plain).authentication == "ada");
    CHECK(std::get<Password>(plain).password == "secret");
    auto login = open("LOGIN");
    CHECK(std::get<Ask>(login.begin(std::nullopt)).octets == "Username:");
    CHECK(std::get<Ask>(login.answer("ada")).octets == "Password:");
    CHECK(std::get<Password>(login.answer("secret")).password == "secret");
    CHECK(refused(login.answer("secret")));
    for (const auto& name : {""s, "a\0b"s, "\xff"s, std::string(256, 'a')}) CHECK(refused(open("LOGIN").begin(name)));
}

TEST_CASE("OAUTHBEARER brings the RFC's example out", "[sasl][rfc7628:3.1][rfc7628:4.1]") {
    const auto turn = open("OAUTHBEARER").begin(example);
    const auto& bearer = std::get<Bearer>(turn);
    CHECK(bearer.user == "user@example.com");
    CHECK(bearer.token == "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    CHECK(bearer.host == "server.example.com");
    CHECK(bearer.port == 143);
    auto slow = open("OAUTHBEARER");
    CHECK(std::get<Ask>(slow.begin(std::nullopt)).octets.empty());
    const auto least = slow.answer(
        "y,,\x01"
        "auth=bearer x\x01qs=whatever it is\x01\x01");
    CHECK(std::get<Bearer>(least).user.empty());
    CHECK_FALSE(std::get<Bearer>(least).port);
}

TEST_CASE("a refused token is told in JSON, and the client's answer changes nothing", "[sasl][rfc7628:3.2.3]") {
    for (const auto& [name, message] : {std::pair{"OAUTHBEARER", example}, {"XOAUTH2", google}})
        for (const auto& dummy : {"\x01"s, ""s, message}) {
            auto server = open(name);
            REQUIRE(std::holds_alternative<Bearer>(server.begin(message)));
            const auto turn = server.refuse_token();
            CHECK(std::get<Refused>(turn).challenge == told);
            CHECK(std::get<Refused>(turn).error.fault == Fault::bad_credentials);
            const auto after = server.answer(dummy);
            CHECK(std::get<Refused>(after).challenge.empty());
            CHECK(refused(server.begin(message)));
            CHECK(refused(server.refuse_token()));
        }
}

TEST_CASE("OAUTHBEARER without a token is told what it needs", "[sasl][rfc7628:3.2.2]") {
    for (const auto& message : {"n,,\x01\x01"s,
                                "n,,\x01"
                                "auth=\x01\x01"s,
                                "n,a=ada,\x01host=h\x01\x01"s})
        CHECK(std::get<Refused>(open("OAUTHBEARER").begin(message)).challenge == told);
}

TEST_CASE("OAUTHBEARER is refused where it leaves the grammar", "[sasl][rfc7628:3.1]") {
    const auto with = [](const std::string& pairs) { return "n,,\x01" + pairs + "\x01"; };
    for (const auto& message : {""s,
                                "\x01"s,
                                "n,,"s,
                                "p=tls-exporter,,\x01"
                                "auth=Bearer x\x01\x01"s,
                                "n,a=b=c,\x01"
                                "auth=Bearer x\x01\x01"s,
                                "n,,auth=Bearer x\x01\x01"s,
                                with("auth=Bearer \x01"),
                                with("auth=Bearerx\x01"),
                                with("auth=Basic x\x01"),
                                with("auth=Bearer a b\x01"),
                                with("auth=Bearer a=b\x01"),
                                with("auth=Bearer =\x01"),
                                with("auth=Bearer x\x01"
                                     "auth=Bearer y\x01"),
                                with("auth=Bearer x\x01port=65536\x01"),
                                with("auth=Bearer x\x01port=\x01"),
                                with("auth=Bearer x\x01port=1\x01port=2\x01"),
                                with("auth=Bearer x\x01host=a\x01host=b\x01"),
                                with("auth=Bearer x\x01host=a b\x01"),
                                with("auth=Bearer x\x01=1\x01"),
                                with("auth=Bearer x\x01k1=1\x01"),
                                with("auth=Bearer x\x01key\x01"),
                                with("auth=Bearer x\x01") + "\x01",
                                with("auth=Bearer x\x01") + "x",
                                with("auth=Bearer " + std::string(8193, 'a') + "\x01")}) {
        const auto turn = open("OAUTHBEARER").begin(message);
        REQUIRE(refused(turn));
        CHECK(std::get<Refused>(turn).challenge.empty());
    }
    CHECK(std::holds_alternative<Bearer>(open("OAUTHBEARER").begin(with("auth=Bearer " + std::string(8192, 'a') + "\x01"))));
}

TEST_CASE("XOAUTH2 brings a name and a token out, or nothing", "[sasl]") {
    const auto turn = open("XOAUTH2").begin(google);
    CHECK(std::get<Bearer>(turn).user == "ada@example.com");
    CHECK(std::get<Bearer>(turn).token == "ya29.a0-_~+/==");
    for (const auto& message : {""s, "\x01"s, "user=ada\x01\x01"s, "auth=Bearer x\x01\x01"s,
                                "user=\x01"
                                "auth=Bearer x\x01\x01"s,
                                "user=a\x01user=b\x01"
                                "auth=Bearer x\x01\x01"s,
                                "user=\xff\x01"
                                "auth=Bearer x\x01\x01"s,
                                "user=a\x01"
                                "auth=Bearer x\x01"s,
                                "user=" + std::string(256, 'a') +
                                    "\x01"
                                    "auth=Bearer x\x01\x01"})
        CHECK(refused(open("XOAUTH2").begin(message)));
}

TEST_CASE("EXTERNAL brings an identity out, which may be empty", "[sasl][rfc4422:A]") {
    CHECK(std::get<External>(open("EXTERNAL").begin("")).authorization.empty());
    CHECK(std::get<External>(open("EXTERNAL").begin("ada@example.com")).authorization == "ada@example.com");
    auto asked = open("EXTERNAL");
    CHECK(std::get<Ask>(asked.begin(std::nullopt)).octets.empty());
    CHECK(std::holds_alternative<External>(asked.answer("")));
    for (const auto& bad : {"a\0b"s, "\xff"s, std::string(256, 'a')}) CHECK(refused(open("EXTERNAL").begin(bad)));
}

TEST_CASE("no prefix of a message yields more than the message", "[sasl]") {
    for (std::size_t i = 0; i < example.size(); ++i) CHECK(refused(open("OAUTHBEARER").begin(example.substr(0, i))));
    for (std::size_t i = 0; i < google.size(); ++i) CHECK(refused(open("XOAUTH2").begin(google.substr(0, i))));
    const auto plain = "ops\0ada\0secret"s;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const auto turn = open("PLAIN").begin(plain.substr(0, i));
        if (i <= 8) CHECK(refused(turn));
        if (const auto* given = std::get_if<Password>(&turn)) CHECK(given->password == plain.substr(8, i - 8));
    }
    const auto scram = "n,a=boss,n=user,r=clientnonce"s;
    for (std::size_t i = 0; i < scram.size(); ++i) {
        const auto turn = open("SCRAM-SHA-256").begin(scram.substr(0, i));
        CHECK(refused(turn) == (i <= scram.find("r=") + 2));
    }
}

TEST_CASE("no message is longer than a line can carry", "[sasl]") {
    for (const auto name : offered(all_mechanisms(), tls)) {
        CHECK(refused(open(name).begin(std::string(max_message + 1, 'a'))));
        auto asked = open(name);
        asked.begin(std::nullopt);
        CHECK(refused(asked.answer(std::string(max_message + 1, 'a'))));
    }
    const auto padded = [](std::size_t size) {
        const std::string head =
            "n,,\x01"
            "auth=Bearer x\x01pad=";
        return head + std::string(size - head.size() - 2, 'p') + "\x01\x01";
    };
    CHECK(std::holds_alternative<Bearer>(open("OAUTHBEARER").begin(padded(max_message))));
    CHECK(refused(open("OAUTHBEARER").begin(padded(max_message + 1))));
}

TEST_CASE("calls out of turn refuse the dialogue for good", "[sasl][rfc4422:3]") {
    const auto asked = [](Server& server) { return std::holds_alternative<Ask>(server.begin(std::nullopt)); };
    for (const auto name : offered(all_mechanisms(), tls)) {
        auto early = open(name);
        CHECK(refused(early.answer("\0ada\0secret"s)));
        CHECK(refused(early.begin(std::nullopt)));
        auto twice = open(name);
        REQUIRE(asked(twice));
        CHECK(refused(twice.begin(std::nullopt)));
        auto alien = open(name);
        REQUIRE(asked(alien));
        CHECK(refused(alien.verifiers({})));
        CHECK(refused(alien.answer("\0ada\0secret"s)));
        auto token = open(name);
        CHECK(std::get<Refused>(token.refuse_token()).challenge.empty());
    }
}
