#include <catch2/catch.hpp>

#include "scram_client.h"

using namespace sky;
using namespace sky::sasl;
using sasl::testing::account;
using sasl::testing::final_of;
using sasl::testing::nonce;
using namespace std::string_literals;

namespace {
const std::string exporter(32, '\x07');
const std::string end_point(32, '\x09');
constexpr std::string_view without_plus[] = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"};

Connection bound() {
    return {.transport = Connection::Transport::tls, .bindings = {{"tls-exporter", exporter}, {"tls-server-end-point", end_point}}};
}
Server open(std::string_view name, std::span<const std::string_view> enabled = all_mechanisms(), std::string own = nonce) {
    auto server = Server::open(name, enabled, bound(), std::move(own));
    REQUIRE(server);
    return std::move(*server);
}
std::string refusal(const Turn& turn) {
    const auto* refused = std::get_if<Refused>(&turn);
    return refused ? refused->challenge : "not refused";
}
ScramHash hash_of(std::string_view name) { return name.starts_with("SCRAM-SHA-256") ? ScramHash::sha256 : ScramHash::sha1; }

// A dialogue up to client-final, whose parts may be bent.
struct Dialogue {
    std::string name = "SCRAM-SHA-256";
    std::string header = "n,,";
    std::string bare = "n=user,r=clientnonce";
    std::string password = "pencil";
    std::string binding_data;
    std::string extension;
    std::string bent_header;  // in place of header within c=
    std::string bent_nonce;
    std::vector<std::string_view> secrets = {"pencil"};

    Turn first(Server& server) const { return server.begin(header + bare); }
    std::string final(const std::string& server_first) const {
        const auto full = bent_nonce.empty() ? "clientnonce" + nonce : bent_nonce;
        const auto salted = scram_hi(hash_of(name), password, sasl::testing::salt, scram_least_iterations);
        return final_of(hash_of(name), salted, bare, server_first, (bent_header.empty() ? header : bent_header) + binding_data, full,
                        extension);
    }
    Turn run(std::span<const std::string_view> enabled = all_mechanisms()) const {
        auto server = open(name, enabled);
        auto turn = first(server);
        if (!std::holds_alternative<NeedVerifiers>(turn)) return turn;
        turn = server.verifiers(account(hash_of(name), secrets));
        const auto* ask = std::get_if<Ask>(&turn);
        return ask ? server.answer(final(ask->octets)) : std::move(turn);
    }
};

void example(std::string_view name, ScramHash hash, std::string_view server_nonce, std::string_view salt, std::string first,
             std::string_view server_first, std::string final, std::string_view server_final) {
    auto server = open(name, without_plus, std::string(server_nonce));
    auto turn = server.begin(std::move(first));
    const auto& need = std::get<NeedVerifiers>(turn);
    CHECK(need.hash == hash);
    CHECK(need.username == "user");
    CHECK(need.authorization.empty());
    const auto octets = *base64_decode(salt);
    turn = server.verifiers({octets, 4096, {*scram_verifier(hash, "pencil", octets, 4096)}});
    CHECK(std::get<Ask>(turn).octets == server_first);
    turn = server.answer(std::move(final));
    REQUIRE(std::holds_alternative<ScramProved>(turn));
    CHECK(std::get<ScramProved>(turn).verifier == 0);
    CHECK(std::get<ScramProved>(turn).server_final == server_final);
    CHECK(std::holds_alternative<Confirmed>(server.answer("")));
    CHECK(std::holds_alternative<Refused>(server.answer("")));
}
}  // namespace

TEST_CASE("SCRAM-SHA-1 speaks the RFC's example to the octet", "[sasl][rfc5802:5]") {
    example("SCRAM-SHA-1", ScramHash::sha1, "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
}

TEST_CASE("SCRAM-SHA-256 speaks the RFC's example to the octet", "[sasl][rfc7677:3]") {
    example("scram-sha-256", ScramHash::sha256, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "W22ZaJ0SNY7soEsUEjb6gQ==", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST_CASE("SCRAM says which of an account's secrets was proved", "[sasl][rfc5802:3]") {
    for (const auto* name : {"SCRAM-SHA-256", "SCRAM-SHA-1"})
        for (const auto& [password, index] : {std::pair{"main", 0U}, {"phone", 1U}, {"laptop", 2U}}) {
            const auto turn = Dialogue{.name = name, .password = password, .secrets = {"main", "phone", "laptop"}}.run();
            REQUIRE(std::holds_alternative<ScramProved>(turn));
            CHECK(std::get<ScramProved>(turn).verifier == index);
        }
}

TEST_CASE("SCRAM refuses a wrong password, an account without secrets and a decoy alike", "[sasl][rfc5802:5.1]") {
    CHECK(refusal(Dialogue{.password = "Pencil"}.run()) == "e=invalid-proof");
    CHECK(refusal(Dialogue{.secrets = {}}.run()) == "e=invalid-proof");
    auto server = open("SCRAM-SHA-256");
    server.begin("n,,n=nobody,r=clientnonce");
    const auto decoy = scram_decoy(ScramHash::sha256, "key", "nobody", 4096);
    const auto challenge = std::get<Ask>(server.verifiers(decoy)).octets;
    const auto turn = server.answer(Dialogue{.bare = "n=nobody,r=clientnonce"}.final(challenge));
    CHECK(refusal(turn) == "e=invalid-proof");
    CHECK(std::get<Refused>(turn).error.fault == Fault::bad_credentials);
    CHECK(scram_decoy(ScramHash::sha256, "key", "nobody").salt == decoy.salt);
    CHECK(scram_decoy(ScramHash::sha256, "key", "nobodz").salt != decoy.salt);
    CHECK(scram_decoy(ScramHash::sha256, "kez", "nobody").salt != decoy.salt);
    CHECK(decoy.salt.size() == scram_salt_size);
}

TEST_CASE("SCRAM refuses a client-final that is not the honest one in any octet", "[sasl][rfc5802:7]") {
    auto probe = open("SCRAM-SHA-256");
    const Dialogue honest;
    const auto secrets = account(ScramHash::sha256, {"pencil"});
    honest.first(probe);
    const auto message = honest.final(std::get<Ask>(probe.verifiers(secrets)).octets);
    const auto proves = [&](std::string said) {
        auto server = open("SCRAM-SHA-256");
        honest.first(server);
        server.verifiers(secrets);
        const auto turn = server.answer(std::move(said));
        if (!std::holds_alternative<ScramProved>(turn)) CHECK(std::holds_alternative<Refused>(turn));
        return std::holds_alternative<ScramProved>(turn);
    };
    CHECK(proves(message));
    for (std::size_t i = 0; i < message.size(); ++i) {
        CHECK_FALSE(proves(message.substr(0, i)));
        auto bent = message;
        bent[i] = static_cast<char>(bent[i] ^ 1);
        CHECK_FALSE(proves(bent));
        CHECK_FALSE(proves(message.substr(0, i) + message.substr(i + 1)));
    }
    for (const auto& tail : {","s, ",x=y"s, "\0"s, "="s, " "s}) CHECK_FALSE(proves(message + tail));
    CHECK_FALSE(proves(message + std::string(max_scram_message, 'a')));
}

TEST_CASE("SCRAM takes a proof of its hash's size and no other", "[sasl][rfc5802:3]") {
    const Dialogue honest;
    const auto secrets = account(ScramHash::sha256, {"pencil"});
    for (const auto& tail : {""s, "\0"s, "x"s}) {
        auto server = open("SCRAM-SHA-256");
        honest.first(server);
        const auto message = honest.final(std::get<Ask>(server.verifiers(secrets)).octets);
        const auto at = message.rfind(",p=") + 3;
        const auto turn = server.answer(message.substr(0, at) + base64_encode(*base64_decode(message.substr(at)) + tail));
        CHECK(refusal(turn) == (tail.empty() ? "not refused" : "e=invalid-proof"));
    }
}

TEST_CASE("SCRAM names the first of equal secrets and passes over keys of another hash", "[sasl][rfc5802:3]") {
    const auto twice = Dialogue{.secrets = {"other", "pencil", "pencil"}}.run();
    CHECK(std::get<ScramProved>(twice).verifier == 1);
    const Dialogue honest;
    auto server = open("SCRAM-SHA-256");
    honest.first(server);
    auto secrets = account(ScramHash::sha1, {"pencil"});
    secrets.verifiers.push_back({"", ""});
    secrets.verifiers.push_back(account(ScramHash::sha256, {"pencil"}).verifiers[0]);
    CHECK(std::get<ScramProved>(server.answer(honest.final(std::get<Ask>(server.verifiers(secrets)).octets))).verifier == 2);
}

TEST_CASE("SCRAM takes unknown extensions and refuses mandatory ones", "[sasl][rfc5802:5.1]") {
    CHECK(std::holds_alternative<ScramProved>(Dialogue{.extension = ",x=1,y=a=b"}.run()));
    CHECK(std::holds_alternative<ScramProved>(Dialogue{.bare = "n=user,r=clientnonce,x=1"}.run()));
    CHECK(refusal(Dialogue{.extension = ",m=1"}.run()) == "e=extensions-not-supported");
    CHECK(refusal(Dialogue{.bare = "m=1,n=user,r=clientnonce"}.run()) == "e=extensions-not-supported");
    CHECK(refusal(Dialogue{.bare = "n=user,r=clientnonce,m=1"}.run()) == "e=extensions-not-supported");
    for (const auto* bad : {",", ",x", ",x=", ",=1", ",1=1"}) CHECK(refusal(Dialogue{.extension = bad}.run()) == "e=other-error");
}

TEST_CASE("SCRAM's first message is refused where it leaves the grammar", "[sasl][rfc5802:7]") {
    for (const auto& message : {""s,
                                ","s,
                                "n"s,
                                "n,"s,
                                "n,,"s,
                                "n,,n=user"s,
                                "n,,n=user,"s,
                                "n,,n=user,r="s,
                                "n,,r=abc,n=user"s,
                                "n,,n=user,r=a b"s,
                                "n,,n=user,r=a\x7f"s,
                                "n,,n=user,r=\xC3\xA9"s,
                                "x,,n=user,r=abc"s,
                                "N,,n=user,r=abc"s,
                                "p,,n=user,r=abc"s,
                                "p=,,n=user,r=abc"s,
                                "n,b=x,n=user,r=abc"s,
                                "n,a=,n=user,r=abc"s,
                                "n,,user,r=abc"s,
                                "n,,n=user,r=" + std::string(257, 'a'),
                                "F,n,,n=user,r=abc"s}) {
        INFO(message);
        CHECK(refusal(open("SCRAM-SHA-256", without_plus).begin(message)) == "e=other-error");
    }
    for (const auto& message : {"n,a=b=c,n=user,r=abc"s, "n,a=" + std::string(256, 'a') + ",n=user,r=abc", "n,,n=us\xff,r=abc"s,
                                "n,,n=us\0er,r=abc"s, "n,,n=user,r=abc,x=" + std::string(max_scram_message, 'x')})
        CHECK(refusal(open("SCRAM-SHA-256").begin(message)) == "e=invalid-encoding");
    for (const auto& name : {""s, "a=b"s, "a=2c"s, "a="s, "a=2"s, "a=41"s, "a\x07"s, "\xC2\xAD"s, std::string(256, 'a')})
        CHECK(refusal(open("SCRAM-SHA-256").begin("n,,n=" + name + ",r=abc")) == "e=invalid-username-encoding");
}

TEST_CASE("SCRAM decodes names and prepares them", "[sasl][rfc5802:5.1][rfc4013:2]") {
    auto turn = open("SCRAM-SHA-256").begin("n,a=b=2Co=3Dss,n=a=2Cb=3Dc\xC2\xAD\xE2\x85\xA8,r=abc");
    CHECK(std::get<NeedVerifiers>(turn).username == "a,b=cIX");
    CHECK(std::get<NeedVerifiers>(turn).authorization == "b,o=ss");
}

TEST_CASE("SCRAM-PLUS binds to the exporter or to the server's certificate", "[sasl][rfc5802:6][rfc9266:2][rfc5929:4]") {
    for (const auto* name : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}) {
        CHECK(std::holds_alternative<ScramProved>(Dialogue{.name = name, .header = "p=tls-exporter,,", .binding_data = exporter}.run()));
        CHECK(std::holds_alternative<ScramProved>(
            Dialogue{.name = name, .header = "p=tls-server-end-point,a=boss,", .binding_data = end_point}.run()));
        for (const auto& wrong : {end_point, ""s, exporter + "x", exporter.substr(1), std::string(32, '\0')})
            CHECK(refusal(Dialogue{.name = name, .header = "p=tls-exporter,,", .binding_data = wrong}.run()) ==
                  "e=channel-bindings-dont-match");
        for (const auto* header : {"n,,", "y,,", "p=tls-server-end-point,,", "p=tls-exporter,a=x,"})
            CHECK(refusal(Dialogue{.name = name, .header = "p=tls-exporter,,", .binding_data = exporter, .bent_header = header}.run()) ==
                  "e=channel-bindings-dont-match");
        for (const auto* header : {"p=tls-unique,,", "p=tls-exporte,,", "p=TLS-EXPORTER,,"})
            CHECK(refusal(Dialogue{.name = name, .header = header, .binding_data = exporter}.run()) ==
                  "e=unsupported-channel-binding-type");
    }
}

TEST_CASE("SCRAM-PLUS knows only the bindings of this connection", "[sasl][rfc5802:6]") {
    Connection half{.transport = Connection::Transport::tls, .bindings = {{"tls-server-end-point", end_point}, {"tls-exporter", ""}}};
    auto server = Server::open("SCRAM-SHA-256-PLUS", all_mechanisms(), half, nonce);
    CHECK(refusal(server->begin("p=tls-exporter,,n=user,r=abc")) == "e=unsupported-channel-binding-type");
}

TEST_CASE("a client that could bind and was talked out of it is refused", "[sasl][rfc5802:6]") {
    CHECK(refusal(Dialogue{.header = "y,,"}.run()) == "e=server-does-support-channel-binding");
    CHECK(refusal(Dialogue{.name = "SCRAM-SHA-256-PLUS", .header = "y,,"}.run()) == "e=server-does-support-channel-binding");
    CHECK(refusal(Dialogue{.name = "SCRAM-SHA-256-PLUS", .header = "n,,"}.run()) == "e=other-error");
    CHECK(refusal(Dialogue{.header = "p=tls-exporter,,", .binding_data = exporter}.run()) == "e=channel-binding-not-supported");
    CHECK(std::holds_alternative<ScramProved>(Dialogue{.header = "y,,"}.run(without_plus)));
    CHECK(refusal(Dialogue{.header = "y,,", .bent_header = "n,,"}.run(without_plus)) == "e=channel-bindings-dont-match");
    CHECK(refusal(Dialogue{.header = "n,,", .bent_header = "y,,"}.run(without_plus)) == "e=channel-bindings-dont-match");
}

TEST_CASE("SCRAM refuses another nonce than its own", "[sasl][rfc5802:5.1]") {
    for (const auto& bent : {"clientnonce"s, nonce, "clientnonce" + nonce + "x", "clientnoncE" + nonce})
        CHECK(refusal(Dialogue{.bent_nonce = bent}.run()) == "e=other-error");
    for (const auto& own : {""s, "short"s, "with,comma,in,its,middle"s, "with a space inside it"s}) {
        const auto turn = open("SCRAM-SHA-256", all_mechanisms(), own).begin("n,,n=user,r=abc");
        CHECK(std::get<Refused>(turn).error.fault == Fault::internal);
    }
}

TEST_CASE("a SCRAM dialogue that failed never succeeds", "[sasl][rfc5802:5]") {
    const Dialogue honest;
    auto server = open("SCRAM-SHA-256");
    honest.first(server);
    const auto secrets = account(ScramHash::sha256, {"pencil"});
    const auto final = honest.final(std::get<Ask>(server.verifiers(secrets)).octets);
    auto wrong = final;
    wrong.replace(wrong.size() - 8, 4, "AAAA");
    CHECK(refusal(server.answer(wrong)) == "e=invalid-proof");
    for (int i = 0; i < 3; ++i) {
        CHECK(std::holds_alternative<Refused>(server.answer(final)));
        CHECK(std::holds_alternative<Refused>(server.begin("n,,n=user,r=clientnonce")));
        CHECK(std::holds_alternative<Refused>(server.verifiers(secrets)));
    }
}

TEST_CASE("the server's proof is taken with an empty response or not at all", "[sasl][rfc9051:6.2.2]") {
    const Dialogue honest;
    auto server = open("SCRAM-SHA-256");
    honest.first(server);
    const auto challenge = std::get<Ask>(server.verifiers(account(ScramHash::sha256, {"pencil"}))).octets;
    REQUIRE(std::holds_alternative<ScramProved>(server.answer(honest.final(challenge))));
    CHECK(std::holds_alternative<Refused>(server.answer("thanks")));
    CHECK(std::holds_alternative<Refused>(server.answer("")));
}
