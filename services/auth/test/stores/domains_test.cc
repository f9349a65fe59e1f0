// A domain is proved by its DNS.
#include <catch2/catch.hpp>

#include "house.h"
#include "name_server.h"

using namespace house;

TEST_CASE("a domain becomes active when its TXT record holds the challenge", "[auth]") {
    const auto begin = [](House& house) {
        admin_v1::AddTenantRequest tenant;
        tenant.set_name("one");
        house.operate<admin_v1::Tenant>(tenant).value();
        admin_v1::AddDomainRequest domain;
        domain.set_tenant("one");
        domain.set_name("claimed.test");
        domain.set_challenge(true);
        return house.operate<admin_v1::Domain>(domain).value();
    };
    admin_v1::VerifyDomainRequest verify;
    verify.set_name("claimed.test");
    {
        const dns::testing::NameServer server({{"claimed.test", "_skybridge-challenge TXT \"skybridge-challenge=guessed\"\n"}});
        House house(Redis::present, {{"DNS_RESOLVER", "127.0.0.1:" + std::to_string(server.port())}});
        const auto made = begin(house);
        CHECK(made.state() == "pending");
        CHECK(made.challenge().size() == 32);
        const auto refused = house.operate<admin_v1::Domain>(verify);
        CHECK(refused.error().fault == Fault::conflict);
        CHECK(refused.error().text.contains("skybridge-challenge=" + made.challenge()));
        house.database.sql("update directory.domain set challenge = 'guessed'");
        const auto active = house.operate<admin_v1::Domain>(verify);
        REQUIRE(active);
        CHECK(active->state() == "active");
        CHECK(active->verified() > 0);
        CHECK(house.operate<admin_v1::Domain>(verify)->verified() == active->verified());
    }
    House house(Redis::present, {{"DNS_RESOLVER", "127.0.0.1:" + std::to_string(dns::testing::dead_port())}});
    begin(house);
    CHECK(house.operate<admin_v1::Domain>(verify).error().fault == Fault::unavailable);
}

TEST_CASE("a domain is told in the letters of its people too", "[auth]") {
    House house;
    house.tenant("one", "xn--bcher-kva.test");
    admin_v1::GetDomainRequest get;
    get.set_name("bücher.test");
    const auto domain = house.operate<admin_v1::Domain>(get);
    REQUIRE(domain);
    CHECK(domain->name() == "xn--bcher-kva.test");
    CHECK(domain->display_name() == "bücher.test");
}
