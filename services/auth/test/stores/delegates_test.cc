// Delegates, and what Authorize says of them.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/delegates.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;
using identity::Action;

namespace {
struct Office {
    House house;
    admin_v1::Mailbox ada, grace;
    Office() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        ada = house.mailbox("ada@one.test");
        grace = house.mailbox("grace@one.test");
        house.mailbox("eve@two.test");
        admin_v1::AddMailboxRequest shared;
        shared.set_address("info@one.test");
        shared.set_kind("shared");
        house.operate<admin_v1::Mailbox>(shared).value();
    }
    Result<admin_v1::Delegate> set(const std::string& address, const std::string& delegate, bool full, bool as, bool behalf,
                                   const std::string& token = {}) {
        admin_v1::SetDelegateRequest request;
        request.set_address(address);
        request.set_delegate(delegate);
        request.set_full_access(full);
        request.set_send_as(as);
        request.set_send_on_behalf(behalf);
        return house.operate<admin_v1::Delegate>(request, token);
    }
    bool may(const admin_v1::Mailbox& who, Action action, const std::string& object) {
        const TenantId tenant{std::stoll(
            house.database.sql("select tenant_id from directory.account where account_id = " + std::to_string(who.account_id())))};
        const identity::Principal subject{tenant, AccountId{who.account_id()}, who.address(), "", 0};
        return house.run(house.gateway().authorize(subject, action, object, after(5s))).value().allowed;
    }
};
}  // namespace

TEST_CASE("a delegate may do what was granted, to that mailbox only, until it is taken back", "[auth]") {
    Office office;
    for (auto action : {Action::open_mailbox, Action::send_as, Action::send_on_behalf}) {
        CHECK(office.may(office.ada, action, "ada@one.test"));
        CHECK(office.may(office.ada, action, "ada+tag@one.test"));
        CHECK_FALSE(office.may(office.ada, action, "info@one.test"));
        CHECK_FALSE(office.may(office.ada, action, "eve@two.test"));
        CHECK_FALSE(office.may(office.ada, action, "nobody@one.test"));
        CHECK_FALSE(office.may(office.ada, action, "someone@elsewhere.test"));
        CHECK_FALSE(office.may(office.ada, action, "nonsense"));
    }
    office.set("info@one.test", "ada@one.test", false, true, false).value();
    CHECK(office.may(office.ada, Action::send_as, "Info@one.test"));
    CHECK(office.may(office.ada, Action::send_on_behalf, "info@one.test"));
    CHECK_FALSE(office.may(office.ada, Action::open_mailbox, "info@one.test"));
    CHECK_FALSE(office.may(office.grace, Action::send_as, "info@one.test"));
    office.set("info@one.test", "ada@one.test", true, false, true).value();
    CHECK(office.may(office.ada, Action::open_mailbox, "info@one.test"));
    CHECK_FALSE(office.may(office.ada, Action::send_as, "info@one.test"));
    CHECK(office.may(office.ada, Action::send_on_behalf, "info@one.test"));

    admin_v1::ListDelegatesRequest of;
    of.set_address("info@one.test");
    const auto listed = office.house.operate<admin_v1::ListDelegatesReply>(of).value();
    REQUIRE(listed.delegates_size() == 1);
    CHECK(listed.delegates(0).delegate() == "ada@one.test");
    admin_v1::ListDelegationsRequest held;
    held.set_address("ada@one.test");
    CHECK(office.house.operate<admin_v1::ListDelegatesReply>(held).value().delegates(0).address() == "info@one.test");

    office.set("info@one.test", "ada@one.test", false, false, false).value();
    CHECK_FALSE(office.may(office.ada, Action::open_mailbox, "info@one.test"));
    CHECK(office.set("info@one.test", "ada@one.test", false, false, false).error().fault == Fault::not_found);
}

TEST_CASE("a user grants access to the own mailbox only, to a user of the same tenant only", "[auth]") {
    Office office;
    admin_v1::AddTokenRequest request;
    request.set_address("ada@one.test");
    const auto token = office.house.operate<admin_v1::NewToken>(request).value().secret();
    CHECK(office.set("ada@one.test", "grace@one.test", true, false, false, token));
    CHECK(office.may(office.grace, Action::open_mailbox, "ada@one.test"));
    CHECK(office.set("grace@one.test", "ada@one.test", true, false, false, token).error().fault == Fault::not_found);
    CHECK(office.set("ada@one.test", "eve@two.test", true, false, false, token).error().fault == Fault::not_found);
    CHECK(office.set("ada@one.test", "info@one.test", true, false, false).error().fault == Fault::not_found);
    CHECK(office.set("ada@one.test", "ada@one.test", true, false, false).error().fault == Fault::conflict);
}

TEST_CASE("who is suspended may do nothing, and a suspended organisation sends nothing", "[auth]") {
    Office office;
    office.set("info@one.test", "ada@one.test", true, true, false).value();
    office.house.database.sql("update directory.tenant set state = 'suspended' where name = 'one'");
    CHECK(office.may(office.ada, Action::open_mailbox, "info@one.test"));
    CHECK_FALSE(office.may(office.ada, Action::send_as, "info@one.test"));
    CHECK_FALSE(office.may(office.ada, Action::send_as, "ada@one.test"));
    office.house.database.sql(
        "update directory.tenant set state = 'active'; update directory.account set state = 'suspended' where "
        "address = 'ada@one.test'");
    CHECK_FALSE(office.may(office.ada, Action::open_mailbox, "info@one.test"));
}
