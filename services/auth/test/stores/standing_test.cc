// What gateways weigh rights against: groups, what was opened, public folders; and who accounts and groups are.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/delegates.pb.h"

using namespace house;

namespace {
struct Street {
    House house;
    admin_v1::Mailbox ada, grace, eve;
    Street() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        ada = house.mailbox("ada@one.test");
        grace = house.mailbox("grace@one.test");
        eve = house.mailbox("eve@two.test");
    }
    TenantId tenant(const admin_v1::Mailbox& of) {
        return TenantId{std::stoll(
            house.database.sql("select tenant_id from directory.account where account_id = " + std::to_string(of.account_id())))};
    }
    identity::Standing standing(const admin_v1::Mailbox& of) {
        return house.run(house.gateway().standing(tenant(of), AccountId{of.account_id()}, after(5s))).value();
    }
    std::int64_t group(const std::string& address, const std::vector<std::string>& members) {
        admin_v1::AddGroupRequest request;
        request.set_address(address);
        for (const auto& member : members) request.add_members(member);
        house.operate<admin_v1::Group>(request).value();
        return std::stoll(house.database.sql("select group_id from directory.address where address = '" + address + "'"));
    }
    admin_v1::Mailbox add(const std::string& address, const std::string& kind) {
        admin_v1::AddMailboxRequest request;
        request.set_address(address);
        request.set_kind(kind);
        return house.operate<admin_v1::Mailbox>(request).value();
    }
    std::vector<identity::Neighbour> find(const admin_v1::Mailbox& by, identity::NeighboursAsked asked) {
        return house.run(house.gateway().find(tenant(by), std::move(asked), after(5s))).value();
    }
};
using Ids = std::vector<std::int64_t>;
}  // namespace

TEST_CASE("an account is in groups by itself, by an alias and by other groups", "[auth]") {
    Street street;
    const auto direct = street.group("direct@one.test", {"ada@one.test"});
    const auto outer = street.group("outer@one.test", {"direct@one.test", "grace@one.test"});
    street.house.alias("nick@one.test", {"ada@one.test"});
    const auto by_alias = street.group("byalias@one.test", {"nick@one.test"});
    CHECK(street.standing(street.ada).groups == Ids{direct, outer, by_alias});
    CHECK(street.standing(street.grace).groups == Ids{outer});
    CHECK(street.standing(street.eve).groups.empty());
    // A group of another tenant that names somebody here makes him no member there.
    street.group("theirs@two.test", {"ada@one.test", "eve@two.test"});
    CHECK(street.standing(street.ada).groups == Ids{direct, outer, by_alias});
    const auto before = street.standing(street.ada).version;
    admin_v1::ChangeGroupRequest change;
    change.set_address("direct@one.test");
    change.set_members("grace@one.test");
    REQUIRE(street.house.operate<admin_v1::Group>(change));
    CHECK(street.standing(street.ada).groups == Ids{by_alias});
    CHECK(street.standing(street.ada).version > before);
}

TEST_CASE("what was opened as a whole and the tenant's public folders are told", "[auth]") {
    Street street;
    const auto info = street.add("info@one.test", "shared");
    const auto first = street.add("folders@one.test", "public_folders");
    street.add("theirs@two.test", "public_folders");
    admin_v1::SetDelegateRequest grant;
    grant.set_address("info@one.test");
    grant.set_delegate("ada@one.test");
    grant.set_full_access(true);
    street.house.operate<admin_v1::Delegate>(grant).value();
    grant.set_delegate("grace@one.test");
    grant.set_full_access(false);
    grant.set_send_as(true);
    street.house.operate<admin_v1::Delegate>(grant).value();
    const auto ada = street.standing(street.ada);
    REQUIRE(ada.opened.size() == 1);
    CHECK((ada.opened[0].account.value == info.account_id() && ada.opened[0].address == "info@one.test" && ada.opened[0].kind == "shared"));
    REQUIRE(ada.public_trees.size() == 1);
    CHECK(ada.public_trees[0].account.value == first.account_id());
    CHECK(street.standing(street.grace).opened.empty());
    CHECK(street.standing(street.eve).public_trees.size() == 1);
    CHECK(street.standing(street.eve).public_trees[0].address == "theirs@two.test");
}

TEST_CASE("accounts and groups are found by id and address, within their tenant only", "[auth][contract:S58]") {
    Street street;
    const auto group = street.group("team@one.test", {"ada@one.test"});
    street.house.alias("nick@one.test", {"ada@one.test"});
    const auto found =
        street.find(street.grace, {{street.ada.account_id(), street.eve.account_id()},
                                   {group, 99},
                                   {"ADA@One.test", "nick@one.test", "eve@two.test", "nobody@one.test", "team@one.test", "no address"}});
    REQUIRE(found.size() == 4);
    CHECK((found[0].account.value == street.ada.account_id() && found[0].address == "ada@one.test" && found[0].kind == "user"));
    CHECK((!found[1].account && found[1].group == group && found[1].address == "team@one.test" && found[1].kind == "group"));
    for (const auto& one : {found[2], found[3]}) CHECK((one.asked == "ada@one.test" || one.asked == "team@one.test"));
    CHECK(street.find(street.eve, {{street.ada.account_id()}, {group}, {"ada@one.test", "team@one.test"}}).empty());
    street.house.database.sql("update directory.account set state = 'suspended' where address = 'ada@one.test'");
    CHECK_FALSE(street.find(street.grace, {{street.ada.account_id()}, {}, {}})[0].active);
}
