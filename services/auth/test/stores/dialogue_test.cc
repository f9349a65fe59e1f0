// SASL through the whole of it: a client's dialogue, framed by a gateway, relayed over gRPC, decided by auth.
#include <openssl/evp.h>

#include <catch2/catch.hpp>

#include "../../../../libs/sasl/test/scram_client.h"
#include "auth/access/access.h"
#include "house.h"
#include "sky/base/encode.h"
#include "sky/sasl/saslprep.h"

using namespace house;
using namespace sky::auth;

namespace {
const std::vector<std::string> everything{
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "EXTERNAL", "PLAIN", "LOGIN"};
constexpr std::uint32_t iterations = 4096;

struct Host : House {
    identity::Identity& imap = gateway();
    Host() {
        tenant("one", "one.test");
        mailbox("ada@one.test");
        mailbox("grace@one.test", "battery staple");
        give_scram("ada@one.test", "correct horse");
    }
    void give_scram(const std::string& address, const std::string& password) {
        const std::string of = "from directory.account a where a.address = '" + address + "'";
        const std::string salt = *hex_decode(database.sql("select encode(scram_salt, 'hex') " + of));
        const auto text = [&](sasl::ScramHash hash) {
            return sasl::to_text({hash, salt, iterations, *sasl::scram_verifier(hash, password, salt, iterations)});
        };
        database.sql("update directory.credential c set scram_sha256 = '" + text(sasl::ScramHash::sha256) + "', scram_sha1 = '" +
                     text(sasl::ScramHash::sha1) + "' " + of + " and c.account_id = a.account_id and c.kind = 'main'");
    }
    // The client's side: lines as they are asked for.
    Result<identity::Principal> converse(const std::string& mechanism, std::optional<std::string> initial,
                                         std::function<std::string(const std::string&)> answer, const std::string& from = "192.0.2.1",
                                         std::vector<std::string> certificate = {}) {
        identity::Dialogue dialogue{.mechanism = mechanism,
                                    .initial = initial ? std::optional(initial->empty() ? "=" : base64_encode(*initial)) : std::nullopt,
                                    .enabled = everything,
                                    .connection = {.transport = sasl::Connection::Transport::tls,
                                                   .bindings = {{"tls-exporter", std::string(32, 'x')}},
                                                   .certificate = certificate.empty() ? sasl::Connection::Certificate::none
                                                                                      : sasl::Connection::Certificate::verified},
                                    .certificate_addresses = certificate};
        auto ask = [answer = std::move(answer)](std::string wire) -> Task<Result<std::string>> {
            co_return base64_encode(answer(*base64_decode(wire)));
        };
        return run(imap.converse({.protocol = "imap", .remote_address = from}, std::move(dialogue), ask));
    }
    Result<identity::Principal> scram(const std::string& mechanism, const std::string& address, const std::string& password,
                                      const std::string& from = "192.0.2.1") {
        const auto hash = mechanism.contains("256") ? sasl::ScramHash::sha256 : sasl::ScramHash::sha1;
        const bool plus = mechanism.ends_with("-PLUS");
        const std::string gs2 = plus ? "p=tls-exporter,," : "n,,", bare = "n=" + address + ",r=abcdefghijkl";
        return converse(
            mechanism, gs2 + bare,
            [&, hash](const std::string& challenge) -> std::string {
                if (!challenge.starts_with("r=")) return "";  // the server's proof
                const auto part = [&](const std::string& name) {
                    const auto at = challenge.find(name) + name.size();
                    return challenge.substr(at, challenge.find(',', at) - at);
                };
                const std::string salt = *base64_decode(part(",s="));
                const int rounds = std::stoi(part(",i="));
                std::string salted(hash == sasl::ScramHash::sha256 ? 32 : 20, '\0');
                PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), reinterpret_cast<const unsigned char*>(salt.data()),
                                  static_cast<int>(salt.size()), rounds, hash == sasl::ScramHash::sha256 ? EVP_sha256() : EVP_sha1(),
                                  static_cast<int>(salted.size()), reinterpret_cast<unsigned char*>(salted.data()));
                return sasl::testing::final_of(hash, salted, bare, challenge, plus ? gs2 + std::string(32, 'x') : gs2,
                                               challenge.substr(2, challenge.find(',') - 2));
            },
            from);
    }
};
}  // namespace

TEST_CASE("SCRAM signs in by each hash, with and without channel binding", "[auth][rfc5802:3][rfc9266:2]") {
    Host host;
    for (const char* mechanism : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"}) {
        INFO(mechanism);
        const auto who = host.scram(mechanism, "Ada@one.test", "correct horse");
        REQUIRE(who);
        CHECK(who->address == "ada@one.test");
    }
}

TEST_CASE("SCRAM refuses a wrong password, an unknown name and an account without verifiers in the same way", "[auth][rfc5802:7]") {
    Host host;
    int i = 0;
    for (const char* address : {"ada@one.test", "nobody@one.test", "grace@one.test"}) {
        const auto refused = host.scram("SCRAM-SHA-256", address, "wrong", "198.51." + std::to_string(++i) + ".1");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::bad_credentials);
    }
    CHECK_FALSE(host.scram("SCRAM-SHA-256", "grace@one.test", "battery staple", "198.51.9.1"));
}

TEST_CASE("a SCRAM dialogue whose proof was right still asks whether the account may", "[auth]") {
    Host host;
    host.database.sql("update directory.account set state = 'suspended' where address = 'ada@one.test'");
    const auto refused = host.scram("SCRAM-SHA-256", "ada@one.test", "correct horse");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::forbidden);
}

TEST_CASE("PLAIN and LOGIN go the same way", "[auth][rfc4616:2]") {
    using namespace std::string_literals;
    Host host;
    CHECK(host.converse("PLAIN", "\0grace@one.test\0battery staple"s, [](const std::string&) { return ""; }));
    CHECK(host.converse("PLAIN", {}, [](const std::string&) { return "\0grace@one.test\0battery staple"s; }));
    CHECK(host.converse("LOGIN", {},
                        [](const std::string& challenge) { return challenge == "Username:" ? "grace@one.test" : "battery staple"; }));
    CHECK_FALSE(host.converse("PLAIN", "\0grace@one.test\0battery stable"s, [](const std::string&) { return ""; }, "203.0.113.1"));
}

TEST_CASE("an access token signs in the account that it was made for, and no other", "[auth][rfc7628:3.1]") {
    Host host;
    host.database.sql("insert into directory.token (tenant_id, account_id, digest, created_by) select tenant_id, account_id, decode('" +
                      hex_encode(token_digest("the-token")) + "', 'hex'), 'test' from directory.account where address = 'ada@one.test'");
    const auto bearer = [&](const std::string& user, const std::string& token) {
        std::string error;
        auto who = host.converse("OAUTHBEARER", "n,a=" + user + ",\1auth=Bearer " + token + "\1\1", [&](const std::string& challenge) {
            error = challenge;
            return "\1";
        });
        if (!who && who.error().fault == Fault::bad_credentials) CHECK(error.contains("invalid_token"));
        return who;
    };
    CHECK(bearer("ada@one.test", "the-token"));
    CHECK_FALSE(bearer("grace@one.test", "the-token"));
    CHECK_FALSE(bearer("ada@one.test", "another-token"));
    CHECK(host.converse("XOAUTH2", "user=ada@one.test\1auth=Bearer the-token\1\1", [](const std::string&) { return ""; }));
    // Kept to a network, it is so here as in the administration.
    host.database.sql("update directory.token set networks = '{198.51.100.0/24}'");
    CHECK_FALSE(bearer("ada@one.test", "the-token"));
    host.database.sql("update directory.token set networks = '{192.0.2.0/24}'");
    CHECK(bearer("ada@one.test", "the-token"));
}

TEST_CASE("EXTERNAL takes the certificate's address, or the one of them that the client names", "[auth][rfc4422:A]") {
    Host host;
    const auto with = [&](const std::string& authorization, std::vector<std::string> certificate) {
        return host.converse("EXTERNAL", authorization, [](const std::string&) { return ""; }, "192.0.2.1", std::move(certificate));
    };
    CHECK(with("", {"ada@one.test"}));
    CHECK(with("grace@one.test", {"ada@one.test", "grace@one.test"})->address == "grace@one.test");
    CHECK_FALSE(with("grace@one.test", {"ada@one.test"}));
    CHECK_FALSE(with("", {"nobody@one.test"}));
    const auto without = with("", {});
    REQUIRE_FALSE(without);
    CHECK(without.error().fault == Fault::unsupported);
}

TEST_CASE("guesses by SCRAM are counted as those by password are", "[auth]") {
    Host host;
    for (int i = 0; i < 3; ++i) CHECK_FALSE(host.scram("SCRAM-SHA-256", "ada@one.test", "guess " + std::to_string(i), "203.0.113.77"));
    const auto standing = host.run(host.here().sign_in().ask(
        {.username = "ada@one.test", .password = "another guess", .protocol = "imap", .remote_address = "203.0.113.77", .tls = true},
        after(5s)));
    CHECK(standing.delay == 15s);
}

TEST_CASE("a second factor keeps the main password out of what can't ask for it", "[auth]") {
    Host host;
    const std::string of = " from directory.account where address = 'ada@one.test'";
    host.database.sql(
        "insert into directory.second_factor (tenant_id, account_id, secret, confirmed_at) select tenant_id, account_id, '\\x00', now()" +
        of);
    CHECK_FALSE(host.scram("SCRAM-SHA-256", "ada@one.test", "correct horse", "198.18.1.1"));
    CHECK_FALSE(host.sign_in("ada@one.test", "correct horse", "198.18.2.1").proved);
}

TEST_CASE("an account may be kept to some protocols", "[auth]") {
    Host host;
    host.database.sql("update directory.account set protocols = '{imap}'");
    const auto use = [&](const std::string& protocol) {
        return host.run(host.here().sign_in().ask(
            {.username = "ada@one.test", .password = "correct horse", .protocol = protocol, .remote_address = "192.0.2.9", .tls = true},
            after(5s)));
    };
    CHECK(use("imap").proved);
    CHECK(use("pop3").refusal.fault == Fault::forbidden);
}

TEST_CASE("a stranger's SCRAM salt is the same after a restart and from every replica", "[auth][rfc5802:7]") {
    const auto salt = [] {
        House house;
        return house
            .run(
                house.here().sign_in().begin_scram({.username = "nobody@one.test", .protocol = "imap"}, sasl::ScramHash::sha256, after(5s)))
            .value()
            .account.salt;
    };
    CHECK(salt() == salt());
}
