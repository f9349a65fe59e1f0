#include "auth/access/access.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::auth;

TEST_CASE("a token never gives more than the person behind it has", "[auth]") {
    const TenantId home(7), seller(3), other(9);
    const auto left = [&](Holding held, std::optional<Role> most, TenantId over, Under under = Under::no) {
        return limited(held, home, most, over, under);
    };
    CHECK(left({Role::tenant, home}, {}, {})->role == Role::tenant);
    CHECK(left({Role::tenant, home}, Role::platform, {})->role == Role::tenant);
    CHECK(left({Role::tenant, home}, Role::help_desk, {})->role == Role::help_desk);
    CHECK(left({Role::tenant, home}, Role::user, other)->over == home);
    CHECK_FALSE(left({Role::tenant, home}, Role::tenant, other));
    CHECK(left({Role::user, home}, Role::platform, {})->role == Role::user);
    CHECK(left({Role::platform, {}}, Role::tenant, other)->over == other);
    CHECK_FALSE(left({Role::platform, {}}, Role::tenant, {}));
    CHECK(left({Role::platform, {}}, {}, {})->role == Role::platform);
    CHECK_FALSE(left({Role::platform, {}}, {}, other));  // limited to a tenant, it is not over everything
    CHECK(left({Role::reseller, seller}, Role::tenant, other, Under::yes)->over == other);
    CHECK_FALSE(left({Role::reseller, seller}, Role::tenant, other, Under::no));
    CHECK_FALSE(left({Role::reseller, seller}, Role::reseller, other, Under::yes));
}

TEST_CASE("roles have names and an order", "[auth]") {
    for (const Role role : {Role::user, Role::help_desk, Role::tenant, Role::reseller, Role::platform})
        CHECK(role_named(name_of(role)) == role);
    CHECK_FALSE(role_named("root"));
    CHECK(Role::user < Role::help_desk);
    CHECK(Role::reseller < Role::platform);
    CHECK(Subject{.role = Role::reseller, .over = TenantId(3)}.view() == TenantId(-3));
    CHECK(Subject{.role = Role::tenant, .over = TenantId(3)}.view() == TenantId(3));
    CHECK(Subject{.role = Role::platform}.view() == TenantId());
}
