// GNU SASL's client against our server machine: right secrets succeed, wrong ones fail, for every mechanism that both know.
#include <gsasl.h>

#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "sky/sasl/saslprep.h"
#include "sky/sasl/server.h"

using namespace sky;
using namespace sky::sasl;

namespace {
const std::string exporter(32, '\x07');

struct Client {
    std::string name = "user";
    std::string password = "pencil";
    std::string authorization;
    std::string exporter_data = exporter;
};

class Peer {
  public:
    Peer(const std::string& mechanism, const Client& client) {
        REQUIRE(gsasl_init(&library_) == GSASL_OK);
        REQUIRE(gsasl_client_start(library_, mechanism.c_str(), &session_) == GSASL_OK);
        set(GSASL_AUTHID, client.name);
        set(GSASL_PASSWORD, client.password);
        if (!client.authorization.empty() || mechanism == "EXTERNAL") set(GSASL_AUTHZID, client.authorization);
        if (mechanism.ends_with("-PLUS")) set(GSASL_CB_TLS_EXPORTER, base64_encode(client.exporter_data));
    }
    Peer(const Peer&) = delete;
    ~Peer() {
        gsasl_finish(session_);
        gsasl_done(library_);
    }
    // What the client sends for `challenge`; `outcome` is GSASL_OK, GSASL_NEEDS_MORE or what it complains of.
    std::string step(const std::string& challenge, int& outcome) {
        char* output = nullptr;
        std::size_t size = 0;
        outcome = gsasl_step(session_, challenge.data(), challenge.size(), &output, &size);
        std::string out;
        if ((outcome == GSASL_OK || outcome == GSASL_NEEDS_MORE) && output) out.assign(output, size);
        gsasl_free(output);
        return out;
    }

  private:
    void set(Gsasl_property property, const std::string& value) {
        REQUIRE(gsasl_property_set(session_, property, value.c_str()) == GSASL_OK);
    }
    Gsasl* library_ = nullptr;
    Gsasl_session* session_ = nullptr;
};

// Three secrets under one salt; "pencil" stands last.
ScramAccount account(ScramHash hash, const std::string& secret) {
    ScramAccount out{"0123456789abcdef", scram_least_iterations, {}};
    for (const auto& password : {std::string("one"), std::string("two"), secret})
        out.verifiers.push_back(*scram_verifier(hash, password, out.salt, out.iterations));
    return out;
}

// The whole dialogue; the last turn, and whether the client was content too.
struct End {
    Turn turn;
    int client;
};
End run(const std::string& mechanism, const Client& client, const std::string& secret = "pencil") {
    Connection connection{.transport = Connection::Transport::tls, .certificate = Connection::Certificate::verified};
    if (mechanism.ends_with("-PLUS")) connection.bindings.push_back({"tls-exporter", exporter});
    auto server = Server::open(mechanism, all_mechanisms(), connection, "abcdefghijklmnopqrstuvwx");
    REQUIRE(server);
    Peer peer(mechanism, client);
    End end{server->begin(std::nullopt), GSASL_NEEDS_MORE};
    for (;;) {
        if (const auto* ask = std::get_if<Ask>(&end.turn)) {
            auto said = peer.step(ask->octets, end.client);
            if (end.client != GSASL_OK && end.client != GSASL_NEEDS_MORE) return end;
            end.turn = server->answer(std::move(said));
        } else if (const auto* need = std::get_if<NeedVerifiers>(&end.turn)) {
            if (need->username != *saslprep(client.name, Prepared::query) || need->authorization != client.authorization)
                FAIL(need->username);
            end.turn = server->verifiers(account(need->hash, secret));
        } else if (const auto* proved = std::get_if<ScramProved>(&end.turn)) {
            CHECK(proved->verifier == 2);
            auto said = peer.step(proved->server_final, end.client);
            if (end.client != GSASL_OK) return end;
            end.turn = server->answer(std::move(said));
        } else if (const auto* refused = std::get_if<Refused>(&end.turn)) {
            if (!refused->challenge.empty()) peer.step(refused->challenge, end.client);
            return end;
        } else {
            return end;
        }
    }
}
const std::vector<std::string> scrams = {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"};
}  // namespace

TEST_CASE("GNU SASL signs in by SCRAM with the right password and both sides are content", "[sasl][rfc5802:5][rfc7677:3]") {
    for (const auto& mechanism : scrams)
        for (const Client& client :
             {Client{}, Client{.name = "a,b=c"}, Client{.authorization = "boss,=1"}, Client{.name = "us\xC3\xA9r"}}) {
            INFO(mechanism << " " << client.name);
            const auto end = run(mechanism, client);
            CHECK(std::holds_alternative<Confirmed>(end.turn));
            CHECK(end.client == GSASL_OK);
        }
}

TEST_CASE("GNU SASL prepares passwords as we do", "[sasl][rfc4013:2]") {
    for (const auto& mechanism : scrams)
        CHECK(std::holds_alternative<Confirmed>(run(mechanism, {.password = "\xE2\x85\xA8\xC2\xAD"}, "IX").turn));
}

TEST_CASE("GNU SASL with a wrong password is refused by SCRAM", "[sasl][rfc5802:5]") {
    for (const auto& mechanism : scrams)
        for (const auto* password : {"Pencil", "pencil ", "x"}) {
            const auto end = run(mechanism, {.password = password});
            REQUIRE(std::holds_alternative<Refused>(end.turn));
            CHECK(std::get<Refused>(end.turn).challenge == "e=invalid-proof");
            CHECK(end.client != GSASL_OK);
        }
}

TEST_CASE("GNU SASL bound to another connection is refused", "[sasl][rfc9266:2]") {
    for (const std::string mechanism : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}) {
        const auto end = run(mechanism, {.exporter_data = std::string(32, '\x08')});
        REQUIRE(std::holds_alternative<Refused>(end.turn));
        CHECK(std::get<Refused>(end.turn).challenge == "e=channel-bindings-dont-match");
    }
}

TEST_CASE("GNU SASL's PLAIN, LOGIN and EXTERNAL are understood", "[sasl][rfc4616:2]") {
    for (const std::string mechanism : {"PLAIN", "LOGIN"}) {
        const auto end = run(mechanism, {.name = "us\xC3\xA9r", .password = "p,=\xE2\x82\xAC"});
        REQUIRE(std::holds_alternative<Password>(end.turn));
        CHECK(std::get<Password>(end.turn).authentication == "us\xC3\xA9r");
        CHECK(std::get<Password>(end.turn).password == "p,=\xE2\x82\xAC");
    }
    CHECK(std::get<Password>(run("PLAIN", {.authorization = "boss"}).turn).authorization == "boss");
    CHECK(std::get<External>(run("EXTERNAL", {.authorization = "boss"}).turn).authorization == "boss");
    CHECK(std::get<External>(run("EXTERNAL", {}).turn).authorization.empty());
}

TEST_CASE("GNU SASL's verifier of a password is ours", "[sasl][rfc5802:3]") {
    char salted[32];
    char client_key[32];
    char server_key[32];
    char stored_key[32];
    REQUIRE(gsasl_scram_secrets_from_password(GSASL_HASH_SHA256, "pencil", 4096, "0123456789abcdef", 16, salted, client_key, server_key,
                                              stored_key) == GSASL_OK);
    const auto ours = scram_verifier(ScramHash::sha256, "pencil", "0123456789abcdef", 4096);
    REQUIRE(ours);
    CHECK(ours->stored_key == std::string(stored_key, 32));
    CHECK(ours->server_key == std::string(server_key, 32));
}
