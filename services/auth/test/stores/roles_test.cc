// Roles, tokens and the first start.
#include <catch2/catch.hpp>

#include "auth/access/access.h"
#include "auth/store/tokens.h"
#include "house.h"
#include "skybridge/admin/v1/roles.pb.h"
#include "skybridge/admin/v1/setup.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
struct Court {
    House house;
    Court() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        for (const auto* address : {"boss@one.test", "desk@one.test", "user@one.test", "boss@two.test"}) house.mailbox(address);
    }
    Result<admin_v1::RoleGrant> grant(const std::string& address, const std::string& role, const std::string& over = {},
                                      const std::string& token = {}) {
        admin_v1::GrantRoleRequest request;
        request.set_address(address);
        request.set_role(role);
        request.set_over(over);
        return house.operate<admin_v1::RoleGrant>(request, token);
    }
    Result<admin_v1::NewToken> token(const std::string& address, const std::string& by = {}) {
        admin_v1::AddTokenRequest request;
        request.set_address(address);
        request.set_label("a phone");
        return house.operate<admin_v1::NewToken>(request, by);
    }
    Result<admin_v1::Tenant> see(const std::string& tenant, const std::string& token) {
        admin_v1::GetTenantRequest request;
        request.set_name(tenant);
        return house.operate<admin_v1::Tenant>(request, token);
    }
};
}  // namespace

TEST_CASE("a role is what it was granted over, until it is revoked", "[auth]") {
    Court court;
    const std::string boss = court.token("boss@one.test")->secret();
    CHECK(court.see("one", boss).error().fault == Fault::forbidden);
    CHECK(court.grant("boss@one.test", "tenant")->over() == "one");
    CHECK(court.see("one", boss)->name() == "one");
    CHECK(court.see("two", boss).error().fault == Fault::not_found);
    // Handing on: no more than one has, no further than one reaches.
    CHECK(court.grant("desk@one.test", "help_desk", "", boss)->granted_by() == "boss@one.test");
    CHECK(court.grant("desk@one.test", "reseller", "", boss).error().fault == Fault::forbidden);
    CHECK(court.grant("desk@one.test", "platform", "", boss).error().fault == Fault::forbidden);
    CHECK(court.grant("desk@one.test", "tenant", "two", boss).error().fault == Fault::not_found);
    CHECK(court.grant("boss@two.test", "help_desk", "one", boss).error().fault == Fault::not_found);
    CHECK(court.grant("desk@one.test", "king").error().fault == Fault::syntax);
    CHECK(court.grant("desk@one.test", "reseller").error().fault == Fault::conflict);
    admin_v1::ListRolesRequest list;
    CHECK(court.house.operate<admin_v1::ListRolesReply>(list, boss)->roles_size() == 2);
    admin_v1::RevokeRoleRequest revoke;
    revoke.set_address("boss@one.test");
    revoke.set_role("tenant");
    CHECK(court.house.operate<admin_v1::RemoveReply>(revoke)->removed() == 1);
    CHECK(court.house.operate<admin_v1::RemoveReply>(revoke).error().fault == Fault::not_found);
    CHECK(court.see("one", boss).error().fault == Fault::forbidden);
}

TEST_CASE("a token has no more than its person, and is gone when it is removed", "[auth]") {
    Court court;
    REQUIRE(court.grant("boss@one.test", "tenant"));
    const auto made = court.token("user@one.test").value();
    CHECK(made.secret().starts_with("sky_"));
    CHECK(made.token().label() == "a phone");
    const std::string user = made.secret();
    admin_v1::GetMailboxRequest get;
    get.set_address("user@one.test");
    CHECK(court.house.operate<admin_v1::Mailbox>(get, user)->address() == "user@one.test");
    get.set_address("boss@one.test");
    CHECK(court.house.operate<admin_v1::Mailbox>(get, user).error().fault == Fault::not_found);
    // One makes tokens for oneself; the organisation's administrator for its people, but for nobody above.
    CHECK(court.token("user@one.test", user)->token().created_by() == "user@one.test");
    CHECK(court.token("desk@one.test", user).error().fault == Fault::not_found);
    REQUIRE(court.grant("desk@one.test", "help_desk"));
    const std::string desk = court.token("desk@one.test")->secret();
    CHECK(court.token("user@one.test", desk).error().fault == Fault::forbidden);
    CHECK(court.token("boss@one.test", desk).error().fault == Fault::forbidden);
    admin_v1::ListTokensRequest list;
    list.set_address("user@one.test");
    CHECK(court.house.operate<admin_v1::ListTokensReply>(list, user)->tokens_size() == 2);
    admin_v1::RemoveTokenRequest remove;
    remove.set_address("user@one.test");
    remove.set_id(made.token().id());
    CHECK(court.house.operate<admin_v1::RemoveReply>(remove, user)->removed() == 1);
    CHECK(court.house.operate<admin_v1::Mailbox>(get, user).error().fault == Fault::not_authenticated);
}

TEST_CASE("a token ends when it expires, and works from its networks only", "[auth]") {
    Court court;
    admin_v1::AddTokenRequest request;
    request.set_address("user@one.test");
    request.add_networks("192.0.2.0/24");
    const auto far = court.house.operate<admin_v1::NewToken>(request);
    REQUIRE(far);
    admin_v1::GetMailboxRequest get;
    get.set_address("user@one.test");
    CHECK(court.house.operate<admin_v1::Mailbox>(get, far->secret()).error().fault == Fault::not_authenticated);
    request.clear_networks();
    request.set_expires(unix_seconds(std::chrono::system_clock::now()) + 3600);
    const auto brief = court.house.operate<admin_v1::NewToken>(request);
    CHECK(court.house.operate<admin_v1::Mailbox>(get, brief->secret()));
    court.house.database.sql("update directory.token set expires_at = now() - interval '1 second' where expires_at is not null");
    CHECK(court.house.operate<admin_v1::Mailbox>(get, brief->secret()).error().fault == Fault::not_authenticated);
    request.add_networks("everywhere");
    CHECK(court.house.operate<admin_v1::NewToken>(request).error().fault == Fault::syntax);
}

TEST_CASE("no date is further away than a time can hold", "[auth]") {
    Court court;
    constexpr std::int64_t year_3000 = 32'503'680'000;
    admin_v1::AddTokenRequest token;
    token.set_address("user@one.test");
    for (const std::int64_t never : {year_3000, INT64_MAX}) {
        token.set_expires(never);
        CHECK(court.house.operate<admin_v1::NewToken>(token).error().fault == Fault::syntax);
        admin_v1::SetTenantStateRequest close;
        close.set_name("one");
        close.set_state("closing");
        close.set_closes(never);
        CHECK(court.house.operate<admin_v1::Tenant>(close).error().fault == Fault::syntax);
    }
    token.set_expires(8'000'000'000);
    CHECK(court.house.operate<admin_v1::NewToken>(token).value().token().expires() == 8'000'000'000);
}

TEST_CASE("tokens that have expired go when their owner gets the next one", "[auth]") {
    Court court;
    for (const char* address : {"user@one.test", "user@one.test", "boss@one.test"}) court.token(address).value();
    court.house.database.sql("update directory.token set expires_at = now() - interval '1 minute'");
    court.token("user@one.test").value();
    CHECK(court.house.database.sql("select count(*) from directory.token t join directory.account a using (tenant_id, account_id) "
                                   "where address = 'user@one.test'") == "1");
    CHECK(court.house.database.sql("select count(*) from directory.token") == "2");
}

TEST_CASE("programs have tokens over a tenant or the platform", "[auth]") {
    Court court;
    admin_v1::AddProgramTokenRequest request;
    request.set_tenant("one");
    request.set_label("provisioning");
    const auto over_one = court.house.operate<admin_v1::NewToken>(request);
    REQUIRE(over_one);
    CHECK(over_one->token().role() == "tenant");
    CHECK(court.see("one", over_one->secret()));
    CHECK(court.see("two", over_one->secret()).error().fault == Fault::not_found);
    request.clear_tenant();
    CHECK(court.house.operate<admin_v1::NewToken>(request, over_one->secret()).error().fault == Fault::forbidden);
    const auto platform = court.house.operate<admin_v1::NewToken>(request);
    CHECK(court.see("two", platform->secret()));
    admin_v1::ListProgramTokensRequest list;
    CHECK(court.house.operate<admin_v1::ListTokensReply>(list)->tokens_size() == 1);
    CHECK(court.house.operate<admin_v1::ListTokensReply>(list, over_one->secret()).error().fault == Fault::forbidden);
    admin_v1::RemoveProgramTokenRequest remove;
    remove.set_id(platform->token().id());
    CHECK(court.house.operate<admin_v1::RemoveReply>(remove)->removed() == 1);
    CHECK(court.see("two", platform->secret()).error().fault == Fault::not_authenticated);
}

TEST_CASE("the first start offers a token that works once", "[auth]") {
    House house;
    const std::string secret = "sky_setup_test";
    // The start itself has offered one a moment ago; a while later a new one takes its place.
    CHECK(house.database.sql("select count(*) from directory.platform_token where purpose = 'setup'") == "1");
    CHECK_FALSE(house.run(auth::offer_setup_token(house.here().pool(), auth::token_digest(secret), after(5s))).value());
    house.database.sql("update directory.platform_token set created_at = now() - interval '2 minutes'");
    CHECK(house.run(auth::offer_setup_token(house.here().pool(), auth::token_digest(secret), after(5s))).value());
    admin_v1::UseSetupTokenRequest use;
    use.set_setup_token("sky_setup_guess");
    CHECK(house.operate<admin_v1::NewToken>(use).error().fault == Fault::not_authenticated);
    use.set_setup_token(secret);
    const auto first = house.operate<admin_v1::NewToken>(use);
    REQUIRE(first);
    admin_v1::AddTenantRequest tenant;
    tenant.set_name("one");
    CHECK(house.operate<admin_v1::Tenant>(tenant, first->secret())->name() == "one");
    CHECK(house.operate<admin_v1::NewToken>(use).error().fault == Fault::not_authenticated);
    CHECK_FALSE(house.run(auth::offer_setup_token(house.here().pool(), auth::token_digest(secret), after(5s))).value());
    // The setup token itself opens nothing else.
    CHECK(house.operate<admin_v1::Tenant>(tenant, secret).error().fault == Fault::not_authenticated);
}
