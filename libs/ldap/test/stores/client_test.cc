// Against a real slapd, and against servers that are none.
#include "sky/ldap/client.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "directory_server.h"
#include "sky/ldap/text.h"
#include "support/run.h"

using namespace sky;
using namespace sky::ldap;
using namespace std::chrono_literals;
using ldap::testing::DirectoryServer;

namespace {
const std::string people = "ou=people,dc=example,dc=test";

std::string person(const std::string& cn, const std::string& mail, const std::string& more = {}) {
    return "dn: cn=" + cn + "," + people + "\nobjectClass: inetOrgPerson\nobjectClass: adPerson\ncn: " + cn + "\nsn: x\nmail: " + mail +
           "\nuserPassword: correct horse\n" + more + "\n";
}

std::string crowd() {
    std::string out;
    for (int i = 0; i < 250; ++i) out += person("p" + std::to_string(i), "p" + std::to_string(i) + "@many.test");
    return out;
}

DirectoryServer& server() {
    static DirectoryServer made(
        person("Ada", "ada@one.test",
               "sAMAccountName: ada\nuserAccountControl: 512\nproxyAddresses: SMTP:ada@one.test\nproxyAddresses: smtp:countess@one.test\n"
               "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n") +
        person("Bob (star) *", "bob@one.test") + crowd());
    return made;
}

Options options_of(const std::string& url, const std::string& authority) {
    return {.servers = {parse_server(url).value()},
            .authorities = authority,
            .bind_dn = "cn=reader,dc=example,dc=test",
            .bind_password = "reading",
            .patience = 2s,
            .pause = 0s};
}

// Why, in the report of a test that fails.
template <class T>
Result<T> told(Result<T> result) {
    UNSCOPED_INFO((result ? std::string("answered") : result.error().text + " | " + result.error().reason));
    return result;
}

struct Asking {
    boost::asio::io_context io;
    OffloadPool pool{2, 16};
    Client client;
    explicit Asking(Options options) : client(pool, std::move(options)) {}
    explicit Asking(const std::string& url) : Asking(options_of(url, server().authority())) {}
    Result<std::vector<Entry>> find(const std::string& filter, std::size_t most = 2, std::size_t page = 0) {
        return told(
            support::run(io, client.search({.base = "dc=example,dc=test", .filter = filter, .most = most, .page = page}, after(10s))));
    }
    Result<Verdict> prove(const std::string& dn, const std::string& password, std::chrono::milliseconds patience = 10s) {
        return told(support::run(io, client.prove(dn, password, after(patience))));
    }
};
const std::string ada = "cn=Ada," + people;
}  // namespace

TEST_CASE("a search and a bind prove a password, over ldaps and over StartTLS", "[ldap][rfc4511:4.14][rfc4513:5.1.3]") {
    const std::string url = GENERATE(server().ldaps(), server().ldap());
    Asking asking(url);
    const auto found = asking.find("(mail=ada@one.test)").value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].dn == ada);
    CHECK(found[0].first("samaccountname") == "ada");
    CHECK(found[0].first("useraccountcontrol") == "512");
    CHECK(found[0].values("proxyaddresses") == std::vector<std::string>{"SMTP:ada@one.test", "smtp:countess@one.test"});
    CHECK(found[0].first("objectguid") == std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16));
    CHECK(found[0].values("userpassword").empty());  // the service account may not read it
    CHECK(asking.prove(ada, "correct horse").value().proof == Proof::proved);
    CHECK(asking.prove(ada, "wrong").value().proof == Proof::wrong);
    CHECK(asking.prove("cn=Nobody," + people, "correct horse").value().proof == Proof::wrong);
    // The connection was someone else's in between: the search is the service's again.
    CHECK(asking.find("(mail=ada@one.test)")->size() == 1);
}

TEST_CASE("an empty password proves nothing, whatever the server would say", "[ldap][rfc4513:5.1.2]") {
    Asking asking(server().ldaps());
    CHECK(asking.prove(ada, "").value().proof == Proof::wrong);
    CHECK(asking.prove("", "correct horse").value().proof == Proof::wrong);
    CHECK(asking.prove(ada, std::string("correct horse\0", 14)).value().proof == Proof::wrong);
}

TEST_CASE("nobody finds others' entries by what they call themselves", "[ldap][rfc4515:3][rfc4514:2.4]") {
    Asking asking(server().ldaps());
    for (const char* name : {"*", "ada@one.test)(objectClass=*", "a*", "x)(|(mail=*", "\\2a"}) {
        const Placeholder address[] = {{"address", filter_value(name)}};
        CHECK(asking.find(expand_filter("(&(objectClass=inetOrgPerson)(mail={address}))", address).value())->empty());
    }
    CHECK(asking.find("(cn=" + filter_value("Bob (star) *") + ")")->size() == 1);
    CHECK(asking.prove("cn=" + dn_value("Bob (star) *") + "," + people, "correct horse").value().proof == Proof::proved);
    CHECK(asking.prove("cn=" + dn_value("x,cn=Ada") + "," + people, "correct horse").value().proof == Proof::wrong);
}

TEST_CASE("a certificate of another authority, or for another name, is not believed", "[ldap][rfc4513:3.1.3]") {
    const bool secure = GENERATE(true, false);
    Asking strange(options_of(secure ? server().ldaps() : server().ldap(), server().stranger()));
    CHECK(strange.find("(mail=ada@one.test)").error().fault == Fault::unavailable);
    CHECK(strange.prove(ada, "correct horse").error().fault == Fault::unavailable);
    // libldap takes "localhost" for the machine's own name, which stands in no certificate.
    auto options = options_of(server().ldaps(), server().authority());
    options.servers[0].host = "localhost";
    CHECK(Asking(options).prove(ada, "correct horse").error().fault == Fault::unavailable);
    // Without an authority the system's count, which signed neither.
    CHECK(Asking(options_of(server().ldaps(), "")).prove(ada, "correct horse").error().fault == Fault::unavailable);
    CHECK(Asking(options_of(server().ldaps(), "no PEM")).prove(ada, "correct horse").error().fault == Fault::unavailable);
}

TEST_CASE("all entries are found page by page, or none of too many", "[ldap][rfc2696:3]") {
    Asking asking(server().ldaps());
    CHECK(asking.find("(mail=*@many.test)", 1000, 50)->size() == 250);
    CHECK(asking.find("(mail=*@many.test)", 250, 100)->size() == 250);
    CHECK(asking.find("(mail=*@many.test)", 249, 100).error().fault == Fault::too_large);
    CHECK(asking.find("(mail=*@many.test)", 1000).error().fault == Fault::too_large);  // the server gives 100 at once
    CHECK(asking.find("(mail=*@many.test)").error().fault == Fault::too_large);
    CHECK(asking.find("(mail=ada@one.test)")->size() == 1);
}

TEST_CASE("what can't be searched is told apart from a directory that is away", "[ldap]") {
    Asking asking(server().ldaps());
    CHECK(asking.find("(mail=").error().fault == Fault::syntax);
    const auto elsewhere =
        support::run(asking.io, asking.client.search({.base = "dc=elsewhere,dc=test", .filter = "(mail=*)"}, after(10s)));
    CHECK(elsewhere.error().fault == Fault::not_found);
    auto options = options_of(server().ldaps(), server().authority());
    options.bind_password = "wrong";
    CHECK(Asking(options).find("(mail=ada@one.test)").error().fault == Fault::unavailable);
}

TEST_CASE("servers are tried in their order, and one that is not permitted is not connected to", "[ldap]") {
    auto options = options_of(server().ldaps(), server().authority());
    options.servers.insert(options.servers.begin(),
                           parse_server("ldaps://127.0.0.1:" + std::to_string(ldap::testing::dead_port())).value());
    CHECK(Asking(options).prove(ada, "correct horse").value().proof == Proof::proved);
    options.permitted = [](std::string_view address) { return !address.starts_with("127.") && address != "::1"; };
    const auto refused = Asking(options).prove(ada, "correct horse");
    CHECK(refused.error().fault == Fault::unavailable);
    CHECK(refused.error().reason.contains("not permitted"));
    CHECK(refused.error().text == "the directory can't be reached");
}

TEST_CASE("a directory that is away, hangs up or never answers is temporarily away", "[ldap]") {
    CHECK(Asking(options_of("ldaps://127.0.0.1:" + std::to_string(ldap::testing::dead_port()), "")).prove(ada, "x").error().fault ==
          Fault::unavailable);
    ldap::testing::SilentServer silent;
    for (const std::string scheme : {"ldap", "ldaps"}) {
        auto options = options_of(scheme + "://127.0.0.1:" + std::to_string(silent.port()), server().authority());
        options.patience = 300ms;
        CHECK(Asking(options).prove(ada, "x").error().fault == Fault::unavailable);
        // The asker's own deadline ends it too, and with it the thread's wait.
        options.patience = 60s;
        CHECK(Asking(options).prove(ada, "x", 300ms).error().fault == Fault::unavailable);
    }
}

TEST_CASE("a directory that comes back is asked again, over new connections", "[ldap]") {
    DirectoryServer own(person("Ada", "ada@one.test"));
    Asking asking(options_of(own.ldaps(), own.authority()));
    REQUIRE(asking.prove(ada, "correct horse").value().proof == Proof::proved);
    own.stop();
    CHECK(asking.prove(ada, "correct horse").error().fault == Fault::unavailable);
    own.start_again();
    CHECK(asking.prove(ada, "correct horse").value().proof == Proof::proved);
    own.stop();
    own.start_again();  // the kept connection is dead, and nobody noticed
    CHECK(asking.find("(mail=ada@one.test)")->size() == 1);
}

TEST_CASE("a directory that is away is not asked again at once", "[ldap]") {
    DirectoryServer own(person("Ada", "ada@one.test"));
    auto options = options_of(own.ldaps(), own.authority());
    options.pause = 1h;
    Asking asking(options);
    own.stop();
    CHECK(asking.prove(ada, "correct horse").error().fault == Fault::unavailable);
    own.start_again();
    CHECK(asking.prove(ada, "correct horse").error().fault == Fault::unavailable);
}
