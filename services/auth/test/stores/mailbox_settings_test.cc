// What gateways are told of an account, and what its person chooses.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/delegates.pb.h"
#include "skybridge/admin/v1/domains.pb.h"
#include "skybridge/admin/v1/preferences.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
struct Home {
    House house;
    admin_v1::Mailbox ada;
    Home() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        ada = house.mailbox("ada@one.test");
        house.mailbox("eve@two.test");
    }
    TenantId tenant() {
        return TenantId{std::stoll(
            house.database.sql("select tenant_id from directory.account where account_id = " + std::to_string(ada.account_id())))};
    }
    Result<identity::Settings> settings() { return house.run(house.gateway().settings(tenant(), AccountId{ada.account_id()}, after(5s))); }
    Result<admin_v1::MailboxPreferences> choose(const std::string& address, const char* language, const char* zone,
                                                const std::string& token = {}) {
        admin_v1::SetPreferencesRequest request;
        request.set_address(address);
        if (language) request.set_language(language);
        if (zone) request.set_time_zone(zone);
        return house.operate<admin_v1::MailboxPreferences>(request, token);
    }
};
}  // namespace

TEST_CASE("gateways learn an account's addresses, language, quota and the mailboxes opened to it", "[auth]") {
    Home home;
    home.house.database.sql(
        "insert into directory.domain (tenant_id, name, state, verified_at, alias_of) select tenant_id, 'first.test', 'active', now(), "
        "domain_id "
        "from directory.domain where name = 'one.test'");
    admin_v1::AddMailboxRequest shared;
    shared.set_address("info@one.test");
    shared.set_display_name("Information");
    shared.set_kind("shared");
    home.house.operate<admin_v1::Mailbox>(shared).value();
    admin_v1::SetDelegateRequest grant;
    grant.set_address("info@one.test");
    grant.set_delegate("ada@one.test");
    grant.set_send_as(true);
    home.house.operate<admin_v1::Delegate>(grant).value();
    admin_v1::RenameMailboxRequest rename;
    rename.set_address("ada@one.test");
    rename.set_new_address("lovelace@one.test");
    rename.set_keep_alias(true);
    home.house.operate<admin_v1::Mailbox>(rename).value();
    REQUIRE(home.choose("lovelace@one.test", "EN-au", "AUS Eastern Standard Time"));

    const auto known = home.settings().value();
    CHECK(known.address == "lovelace@one.test");
    CHECK(known.kind == "user");
    CHECK(known.addresses == std::vector<std::string>{"lovelace@one.test", "ada@first.test", "ada@one.test", "lovelace@first.test"});
    CHECK(known.language == "en-AU");
    CHECK(known.time_zone == "Australia/Sydney");
    CHECK(known.sends);
    CHECK(known.quota_octets > 0);
    CHECK(known.used_octets == 0);
    CHECK(known.version > 0);
    REQUIRE(known.others.size() == 1);
    CHECK(known.others[0].mailbox.address == "info@one.test");
    CHECK(known.others[0].display_name == "Information");
    CHECK(known.others[0].send_as);
    CHECK_FALSE(known.others[0].full_access);

    home.house.database.sql("update directory.tenant set state = 'suspended' where name = 'one'");
    CHECK_FALSE(home.settings().value().sends);
}

TEST_CASE("an address that somebody else has at an alias domain is not the account's", "[auth]") {
    Home home;
    home.house.database.sql(
        "insert into directory.domain (tenant_id, name, state, verified_at, alias_of) select tenant_id, 'first.test', 'active', now(), "
        "domain_id "
        "from directory.domain where name = 'one.test'");
    home.house.mailbox("ada@first.test");
    CHECK(home.settings().value().addresses == std::vector<std::string>{"ada@one.test"});
}

TEST_CASE("accounts of other tenants, and such as are gone, have no settings", "[auth]") {
    Home home;
    const auto ask = [&](TenantId tenant, std::int64_t account) {
        return home.house.run(home.house.gateway().settings(tenant, AccountId{account}, after(5s))).error().fault;
    };
    CHECK(ask(home.tenant(), 4'000'000'000) == Fault::not_found);
    CHECK(ask(TenantId{home.tenant().value + 1}, home.ada.account_id()) == Fault::not_found);
}

TEST_CASE("people choose for themselves, and only what there is", "[auth]") {
    Home home;
    admin_v1::AddTokenRequest request;
    request.set_address("ada@one.test");
    const auto token = home.house.operate<admin_v1::NewToken>(request).value().secret();
    CHECK(home.choose("ada@one.test", "de", nullptr, token)->language() == "de");
    const auto both = home.choose("ada@one.test", nullptr, "Europe/Vienna", token).value();
    CHECK(both.language() == "de");
    CHECK(both.time_zone() == "Europe/Vienna");
    CHECK(home.choose("ada@one.test", "", nullptr, token)->language().empty());
    CHECK(home.choose("ada@one.test", "no such thing", nullptr, token).error().fault == Fault::syntax);
    CHECK(home.choose("ada@one.test", nullptr, "Nowhere", token).error().fault == Fault::syntax);
    CHECK(home.choose("eve@two.test", "de", nullptr, token).error().fault == Fault::not_found);
    admin_v1::GetPreferencesRequest get;
    get.set_address("ada@one.test");
    CHECK(home.house.operate<admin_v1::MailboxPreferences>(get, token)->time_zone() == "Europe/Vienna");
}
