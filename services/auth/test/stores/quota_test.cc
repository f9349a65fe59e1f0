// Quotas as gateways ask for them in somebody's name: what the administration's rights say.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/roles.pb.h"

using namespace house;

namespace {
struct Office {
    House house;
    std::map<std::string, identity::Principal> people;
    Office() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        for (const std::string address : {"boss@one.test", "desk@one.test", "ada@one.test", "eve@two.test"}) {
            const auto made = house.mailbox(address);
            const TenantId tenant{std::stoll(
                house.database.sql("select tenant_id from directory.account where account_id = " + std::to_string(made.account_id())))};
            people[address] = {tenant, AccountId{made.account_id()}, address, "", 0};
        }
        grant("boss@one.test", "tenant");
        grant("desk@one.test", "help_desk");
    }
    void grant(const std::string& address, const std::string& role) {
        admin_v1::GrantRoleRequest request;
        request.set_address(address);
        request.set_role(role);
        REQUIRE(house.operate<admin_v1::RoleGrant>(request));
    }
    Result<identity::Quota> quota(const std::string& who, const std::string& object, std::optional<std::int64_t> octets = {}) {
        return house.run(house.gateway().quota(people.at(who), object, octets, after(10s)));
    }
};
}  // namespace

TEST_CASE("a gateway sets a quota for those whose role may, and for nobody else", "[auth][rfc9208:4.1.3]") {
    Office office;
    CHECK(office.quota("ada@one.test", "ada@one.test")->limit_octets == std::int64_t{5} << 30);  // the service's default
    CHECK(office.quota("ada@one.test", "ada@one.test", 1 << 20).error().fault == Fault::forbidden);
    CHECK(office.quota("ada@one.test", "boss@one.test").error().fault == Fault::not_found);
    CHECK(office.quota("desk@one.test", "ada@one.test")->address == "ada@one.test");
    CHECK(office.quota("desk@one.test", "ada@one.test", 1 << 20).error().fault == Fault::forbidden);

    CHECK(office.quota("boss@one.test", "ada@one.test", 1 << 20)->limit_octets == 1 << 20);
    CHECK(office.quota("ada@one.test", "ada@one.test")->limit_octets == 1 << 20);
    CHECK(office.house.database.sql("select quota_octets from mail.account where account_id = " +
                                    std::to_string(office.people["ada@one.test"].account.value)) == "1048576");
    CHECK(office.house.database.sql("select count(*) from directory.audit where actor = 'boss@one.test'") == "1");
    CHECK(office.quota("boss@one.test", "ada@one.test", 0)->limit_octets == std::int64_t{5} << 30);

    CHECK(office.quota("boss@one.test", "eve@two.test").error().fault == Fault::not_found);
    CHECK(office.quota("boss@one.test", "eve@two.test", 1).error().fault == Fault::not_found);
    CHECK(office.quota("boss@one.test", "nobody@one.test", 1).error().fault == Fault::not_found);
    CHECK(office.quota("eve@two.test", "ada@one.test", 1).error().fault == Fault::forbidden);
    // Who stands above tenants does not administer by the word of a gateway.
    office.grant("eve@two.test", "platform");
    CHECK(office.quota("eve@two.test", "ada@one.test", 1).error().fault == Fault::forbidden);
}
