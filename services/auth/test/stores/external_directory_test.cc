// Passwords that a tenant's directory proves: against a real slapd.
#include "external_directory.h"

#include <catch2/catch.hpp>

#include "skybridge/admin/v1/app_passwords.pb.h"

using namespace house;

namespace {
DirectoryServer& slapd() {
    static DirectoryServer made(person("Ada", "ada@one.test", "userAccountControl: 512\ntelephoneNumber: 42\n") +
                                person("Bob", "bob@one.test", "userAccountControl: 514\n") + person("Twin1", "twin@one.test") +
                                person("Twin2", "twin@one.test") + person("Eve", "eve@two.test") + person("Star", "x*y@one.test"));
    return made;
}

struct Proving : WithDirectory {
    Proving() {
        set(configuration(slapd())).value();
        bare_mailbox("ada@one.test");
    }
    void change(const std::function<void(admin_v1::SetExternalDirectoryRequest&)>& how) {
        admin_v1::SetExternalDirectoryRequest request;
        request.set_tenant("one");
        how(request);
        set(request).value();
    }
};
}  // namespace

TEST_CASE("a mailbox signs in with the password of the tenant's directory", "[auth][ldap]") {
    Proving house;
    CHECK(house.sign_in("ada@one.test", "ldap horse").proved);
    const auto wrong = house.sign_in("ada@one.test", "correct horse");
    CHECK(wrong.refusal.fault == Fault::bad_credentials);
    CHECK(wrong.delay > 0ms);
    CHECK(house.sign_in("ada@one.test", "").refusal.fault == Fault::bad_credentials);
    // Nobody's address, and one that only the directory knows, are told the same.
    for (const char* address : {"nobody@one.test", "twin@one.test", "*@one.test", "ada@two.test"}) {
        const auto nobody = house.sign_in(address, "ldap horse", "198.51.100.1");
        CHECK(nobody.refusal.fault == Fault::bad_credentials);
        CHECK(nobody.refusal.text == wrong.refusal.text);
    }
}

TEST_CASE("a directory that is away is a temporary failure, but for what was proved shortly before", "[auth][ldap]") {
    DirectoryServer own(person("Ada", "ada@one.test"));
    WithDirectory house;
    house.set(house.configuration(own)).value();
    house.bare_mailbox("ada@one.test");
    house.mailbox("eve@two.test");
    REQUIRE(house.sign_in("ada@one.test", "ldap horse").proved);
    own.stop();
    CHECK(house.sign_in("ada@one.test", "ldap horse").proved);
    for (const char* address : {"ada@one.test", "nobody@one.test"}) {
        const auto away = house.sign_in(address, "something else");
        CHECK(away.refusal.fault == Fault::unavailable);
        CHECK(away.refusal.text == "sign-in is not possible now, try again later");
    }
    // Other tenants notice nothing, and what could not be looked at counts as no attempt.
    CHECK(house.sign_in("eve@two.test", "correct horse").proved);
    CHECK(house.sign_in("eve@two.test", "wrong horse").delay == 2000ms);
}

TEST_CASE("where the configuration is wrong, nobody is told that a password is", "[auth][ldap]") {
    WithDirectory house;
    auto request = house.configuration(slapd());
    request.set_base_dn("dc=elsewhere,dc=test");
    house.set(request).value();
    house.bare_mailbox("ada@one.test");
    for (const char* address : {"ada@one.test", "nobody@one.test"}) {
        const auto away = house.sign_in(address, "ldap horse");
        CHECK(away.refusal.fault == Fault::unavailable);
        CHECK(away.refusal.text == "sign-in is not possible now, try again later");
    }
}

TEST_CASE("a directory that takes connections and never answers is away", "[auth][ldap]") {
    ldap::testing::SilentServer silent;
    WithDirectory house({{"LDAP_PATIENCE", "300ms"}});
    auto request = house.configuration(slapd());
    request.set_urls(0, "ldaps://127.0.0.1:" + std::to_string(silent.port()));
    house.set(request).value();
    house.bare_mailbox("ada@one.test");
    CHECK(house.sign_in("ada@one.test", "ldap horse").refusal.fault == Fault::unavailable);
}

TEST_CASE("an entry that is disabled or not the only one signs nobody in", "[auth][ldap]") {
    Proving house;
    house.bare_mailbox("bob@one.test");
    house.bare_mailbox("twin@one.test");
    CHECK(house.sign_in("bob@one.test", "ldap horse").refusal.fault == Fault::forbidden);
    CHECK(house.sign_in("bob@one.test", "wrong horse").refusal.fault == Fault::bad_credentials);
    CHECK(house.sign_in("twin@one.test", "ldap horse").refusal.fault == Fault::bad_credentials);
}

TEST_CASE("an entry that claims another's address proves nothing once the mailbox's own is known", "[auth][ldap]") {
    Proving house;
    house.database.sql("update directory.account set external_id = 'another' where address = 'ada@one.test'");
    CHECK(house.sign_in("ada@one.test", "ldap horse").refusal.fault == Fault::bad_credentials);
}

TEST_CASE("one tenant's directory opens no mailbox of another", "[auth][ldap]") {
    Proving house;
    house.mailbox("eve@two.test");  // the directory of "one" has an entry with this address
    CHECK(house.sign_in("eve@two.test", "ldap horse").refusal.fault == Fault::bad_credentials);
    CHECK(house.sign_in("eve@two.test", "correct horse").proved);
    CHECK(
        house.database.sql("set role sky_auth; select set_config('sky.tenant', (select tenant_id::text from directory.domain where name = "
                           "'two.test'), false); select count(*) from directory.external_directory") == "0");
}

TEST_CASE("whose passwords the directory proves: all, those chosen, nobody's", "[auth][ldap]") {
    Proving house;
    house.mailbox("carl@one.test");  // has one of its own, and no entry
    CHECK(house.sign_in("carl@one.test", "correct horse").refusal.fault == Fault::bad_credentials);
    const auto by = [&](const char* address, const char* what) {
        admin_v1::ChangeMailboxRequest request;
        request.set_address(address);
        request.set_password_by(what);
        return house.operate<admin_v1::Mailbox>(request).value().password_by();
    };
    CHECK(by("carl@one.test", "own") == "own");
    CHECK(house.sign_in("carl@one.test", "correct horse").proved);
    house.change([](auto& request) { request.set_sign_in("chosen"); });
    CHECK_FALSE(house.sign_in("ada@one.test", "ldap horse").proved);
    CHECK(by("ada@one.test", "directory") == "directory");
    CHECK(house.sign_in("ada@one.test", "ldap horse").proved);
    house.change([](auto& request) { request.set_sign_in("none"); });
    CHECK_FALSE(house.sign_in("ada@one.test", "ldap horse").proved);
    house.change([](auto& request) {
        request.set_sign_in("all");
        request.set_enabled(false);
    });
    CHECK_FALSE(house.sign_in("ada@one.test", "ldap horse").proved);
    CHECK(by("carl@one.test", "").empty());
    CHECK(house.sign_in("carl@one.test", "correct horse").proved);
}

TEST_CASE("app passwords go on beside the directory's, which is changed there", "[auth][ldap]") {
    Proving house;
    admin_v1::AddAppPasswordRequest request;
    request.set_address("ada@one.test");
    request.set_label("phone");
    const auto secret = house.operate<admin_v1::NewAppPassword>(request).value().secret();
    CHECK(house.sign_in("ada@one.test", secret).proved);
    admin_v1::SetPasswordRequest own;
    own.set_address("ada@one.test");
    own.set_password("another horse");
    CHECK(house.operate<admin_v1::Mailbox>(own).error().fault == Fault::conflict);
}

TEST_CASE("SCRAM is answered as for nobody where the directory proves the password", "[auth][ldap]") {
    Proving house;
    house.database.sql("update directory.tenant set scram_for_main = true where name = 'one'");
    house.mailbox("carl@one.test");
    const std::string salt =
        *hex_decode(house.database.sql("select encode(scram_salt, 'hex') from directory.account where address = 'carl@one.test'"));
    const auto offered = [&] {
        auto begun = house.run(house.here().sign_in().begin_scram(
            {.username = "carl@one.test", .password = {}, .protocol = "imap", .remote_address = "192.0.2.1", .tls = true},
            sasl::ScramHash::sha256, after(5s)));
        return begun.value().account.salt;
    };
    CHECK(offered() != salt);
    house.change([](auto& request) { request.set_enabled(false); });
    CHECK(offered() == salt);
}

TEST_CASE("another configuration makes what was proved under the old one unproved", "[auth][ldap]") {
    Proving house;
    REQUIRE(house.sign_in("ada@one.test", "ldap horse").proved);
    house.change([](auto& request) { request.set_base_dn("ou=groups,dc=example,dc=test"); });
    CHECK(house.sign_in("ada@one.test", "ldap horse").refusal.fault == Fault::bad_credentials);
}

TEST_CASE("a directory's certificate and network are checked, whoever configured it", "[auth][ldap]") {
    Proving house;
    house.change([](auto& request) { request.set_authorities(slapd().stranger()); });
    CHECK(house.sign_in("ada@one.test", "ldap horse").refusal.fault == Fault::unavailable);
    WithDirectory closed({{"LDAP_NETWORKS", "10.0.0.0/8"}});
    closed.set(closed.configuration(slapd())).value();
    closed.bare_mailbox("ada@one.test");
    const auto inside = closed.sign_in("ada@one.test", "ldap horse");
    CHECK(inside.refusal.fault == Fault::unavailable);
    CHECK(inside.refusal.reason.contains("not permitted"));
}

TEST_CASE("a directory is set, shown without its password, tested and removed", "[auth][ldap]") {
    Proving house;
    admin_v1::GetExternalDirectoryRequest get;
    get.set_tenant("one");
    const auto shown = house.operate<admin_v1::ExternalDirectory>(get).value();
    CHECK(shown.has_bind_password());
    CHECK_FALSE(shown.SerializeAsString().contains("reading"));
    CHECK(shown.user_filter() == "(&(objectClass=inetOrgPerson)(mail={address}))");
    CHECK(house.database.sql("select bind_password::text like '%' || encode('reading', 'hex') || '%' from directory.external_directory") ==
          "f");
    CHECK(house.database.sql("select count(*) from directory.audit where detail::text like '%reading%'") == "0");

    const auto test = [&](const std::string& address) {
        admin_v1::TestExternalDirectoryRequest request;
        request.set_tenant("one");
        request.set_address(address);
        return house.operate<admin_v1::ExternalDirectoryTest>(request);
    };
    CHECK(test("")->found() == 0);
    const auto ada = test("ada@one.test").value();
    CHECK(ada.found() == 1);
    CHECK(ada.dn() == "cn=Ada," + people);
    CHECK_FALSE(ada.disabled());
    CHECK(std::ranges::find(ada.attributes(), "phone=42") != ada.attributes().end());
    CHECK(test("bob@one.test")->disabled());
    CHECK(test("twin@one.test")->found() == 2);
    CHECK(test("nobody@one.test")->found() == 0);
    house.change([](auto& request) { request.set_bind_password("wrong"); });
    CHECK(test("ada@one.test").error().text == "the directory does not take the bind DN and its password");

    // The password given for one host goes to no other.
    admin_v1::SetExternalDirectoryRequest elsewhere;
    elsewhere.set_tenant("one");
    elsewhere.add_urls("ldaps://evil.test");
    CHECK(house.set(elsewhere).error().fault == Fault::conflict);

    admin_v1::RemoveExternalDirectoryRequest remove;
    remove.set_tenant("one");
    CHECK(house.operate<admin_v1::RemoveReply>(remove)->removed() == 1);
    CHECK(house.operate<admin_v1::ExternalDirectory>(get).error().fault == Fault::not_found);
    CHECK_FALSE(house.sign_in("ada@one.test", "ldap horse").proved);
}

TEST_CASE("a group there means a group here, or protocols", "[auth][ldap]") {
    Proving house;
    const auto mean = [&](const std::string& address, const std::string& protocols) {
        admin_v1::SetExternalGroupRequest request;
        request.set_tenant("one");
        request.set_dn("cn=staff,ou=groups,dc=example,dc=test");
        request.set_address(address);
        request.set_protocols(protocols);
        return house.operate<admin_v1::ExternalDirectory>(request);
    };
    CHECK(mean("Staff@One.test", "")->groups(0).address() == "staff@one.test");
    const auto protocols = mean("", "imap, web").value();
    REQUIRE(protocols.groups_size() == 1);
    CHECK(protocols.groups(0).protocols_size() == 2);
    CHECK(mean("", "").error().fault == Fault::syntax);
    CHECK(mean("a@one.test", "imap").error().fault == Fault::syntax);
    CHECK(mean("", "gopher").error().fault == Fault::syntax);
    admin_v1::RemoveExternalGroupRequest remove;
    remove.set_tenant("one");
    remove.set_dn("cn=staff,ou=groups,dc=example,dc=test");
    CHECK(house.operate<admin_v1::ExternalDirectory>(remove)->groups_size() == 0);
    CHECK(house.operate<admin_v1::ExternalDirectory>(remove).error().fault == Fault::not_found);
}
