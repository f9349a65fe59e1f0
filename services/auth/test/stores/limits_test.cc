// What plans say is in force: quotas, pools, retention and what may be sent; and the state of the organisation.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/plans.pb.h"

using namespace house;

namespace {
struct Shop {
    House house;

    Shop() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
    }
    std::string sql(const std::string& text) { return house.database.sql(text); }
    void plan(const std::string& name, std::int64_t octets, const std::string& storage = "mailbox") {
        admin_v1::AddPlanRequest request;
        request.set_name(name);
        request.set_storage_bytes(octets);
        request.set_storage(storage);
        house.operate<admin_v1::Plan>(request).value();
    }
    template <class Set>
    void change_plan(const std::string& name, Set set) {
        admin_v1::ChangePlanRequest request;
        request.set_name(name);
        set(request);
        house.operate<admin_v1::Plan>(request).value();
    }
    void put_on(const std::string& tenant, const std::string& plan) {
        admin_v1::ChangeTenantRequest request;
        request.set_name(tenant);
        request.set_plan(plan);
        house.operate<admin_v1::Tenant>(request).value();
    }
    template <class Set>
    admin_v1::Mailbox change(const std::string& address, Set set) {
        admin_v1::ChangeMailboxRequest request;
        request.set_address(address);
        set(request);
        return house.operate<admin_v1::Mailbox>(request).value();
    }
    admin_v1::Mailbox get(const std::string& address) {
        admin_v1::GetMailboxRequest request;
        request.set_address(address);
        return house.operate<admin_v1::Mailbox>(request).value();
    }
    // "source quota", as the operator sees it.
    std::string quota(const std::string& address) {
        const auto mailbox = get(address);
        return mailbox.limit_source() + " " + std::to_string(mailbox.limit_bytes());
    }
    // As the store enforces it.
    std::string enforced(const std::string& address) {
        return sql(
            "select coalesce(m.pool_id::text, 'none') || ' ' || m.quota_octets from mail.account m join directory.account a using "
            "(account_id) where a.address = '" +
            address + "'");
    }
    std::string pools() {
        return sql(
            "select coalesce(string_agg(t.name || ':' || p.limit_octets, ' ' order by t.name, p.pool_id), '') from mail.pool p join "
            "directory.tenant t using (tenant_id)");
    }
    bool soon(const std::function<bool()>& is_so) {
        for (int i = 0; i < 200 && !is_so(); ++i) house.run(sleep_for(25ms));
        return is_so();
    }
    void state(const std::string& tenant, const std::string& state) {
        admin_v1::SetTenantStateRequest request;
        request.set_name(tenant);
        request.set_state(state);
        house.operate<admin_v1::Tenant>(request).value();
    }
    Result<identity::Principal> sign_in(identity::Identity& gateway, const std::string& address, const std::string& protocol) {
        return house.run(gateway.authenticate({.username = address,
                                               .password = "correct horse",
                                               .authorization_id = {},
                                               .protocol = protocol,
                                               .remote_address = "192.0.2.1",
                                               .transport = identity::Attempt::Transport::tls,
                                               .traceparent = {}},
                                              after(10s)));
    }
};
}  // namespace

TEST_CASE("a mailbox holds what its plan gives, unless it has a quota of its own", "[auth][limits]") {
    Shop shop;
    shop.house.mailbox("ada@one.test");
    CHECK(shop.quota("ada@one.test") == "default 5368709120");
    shop.plan("basic", 1000);
    shop.plan("extra", 2000);
    shop.put_on("one", "basic");
    CHECK(shop.quota("ada@one.test") == "plan 1000");
    CHECK(shop.enforced("ada@one.test") == "none 1000");
    CHECK(shop.house.mailbox("bob@one.test").limit_bytes() == 1000);
    CHECK(shop.change("ada@one.test", [](auto& to) { to.set_plan("extra"); }).limit_bytes() == 2000);
    CHECK(shop.change("ada@one.test", [](auto& to) { to.set_quota_bytes(50); }).limit_source() == "own");
    CHECK(shop.enforced("ada@one.test") == "none 50");
    shop.put_on("one", "");
    CHECK(shop.quota("ada@one.test") == "own 50");
    CHECK(shop.quota("bob@one.test") == "default 5368709120");
    CHECK(shop.change("ada@one.test", [](auto& to) { to.set_quota_bytes(0); }).limit_source() == "plan");
    CHECK(shop.quota("ada@one.test") == "plan 2000");
    CHECK(shop.change("ada@one.test", [](auto& to) { to.set_title("Countess"); }).limit_bytes() == 2000);
}

TEST_CASE("a pool is what the tenant's mailboxes on the plan bring together", "[auth][limits]") {
    Shop shop;
    shop.plan("pooled", 1000, "pooled");
    shop.plan("basic", 500);
    shop.house.mailbox("ada@one.test");
    shop.house.mailbox("bob@one.test");
    shop.house.mailbox("eve@two.test");
    CHECK(shop.pools().empty());
    shop.put_on("one", "pooled");
    CHECK(shop.pools() == "one:2000");
    CHECK(shop.quota("ada@one.test") == "pool 2000");
    shop.sql(
        "update mail.account set used_octets = 300, quota_octets = 300 where account_id in (select account_id from directory.account "
        "where address like '%@one.test')");
    CHECK(shop.get("ada@one.test").pool_used_bytes() == 600);
    CHECK(shop.get("ada@one.test").used_bytes() == 300);
    // Each tenant has its own.
    shop.put_on("two", "pooled");
    CHECK(shop.pools() == "one:2000 two:1000");
    // It grows and shrinks with its mailboxes.
    shop.house.mailbox("cleo@one.test");
    CHECK(shop.pools() == "one:3000 two:1000");
    shop.house.remove_mailbox("cleo@one.test");
    CHECK(shop.pools() == "one:2000 two:1000");
    CHECK(shop.change("bob@one.test", [](auto& to) { to.set_quota_bytes(700); }).limit_source() == "own");
    CHECK(shop.pools() == "one:1000 two:1000");
    CHECK(shop.get("ada@one.test").pool_used_bytes() == 300);
    CHECK(shop.change("bob@one.test", [](auto& to) { to.set_quota_bytes(0); }).limit_bytes() == 2000);
    CHECK(shop.change("bob@one.test", [](auto& to) { to.set_plan("basic"); }).limit_bytes() == 500);
    CHECK(shop.pools() == "one:1000 two:1000");
    CHECK(shop.change("bob@one.test", [](auto& to) { to.set_plan(""); }).limit_source() == "pool");
    CHECK(shop.pools() == "one:2000 two:1000");
    // A mailbox that goes to another tenant takes along what it uses.
    admin_v1::MoveMailboxRequest move;
    move.set_address("bob@one.test");
    move.set_tenant("two");
    move.set_new_address("bob@two.test");
    const auto moved = shop.house.operate<admin_v1::Mailbox>(move).value();
    CHECK((moved.limit_source() == "pool" && moved.limit_bytes() == 2000 && moved.pool_used_bytes() == 300));
    CHECK(shop.soon([&] { return shop.pools() == "one:1000 two:2000"; }));
    shop.put_on("one", "");
    CHECK(shop.pools() == "two:2000");
    CHECK(shop.enforced("ada@one.test") == "none 5368709120");
}

TEST_CASE("a plan that changes is soon in force for all who are on it, and their gateways hear of it", "[auth][limits]") {
    Shop shop;
    shop.plan("basic", 1000);
    shop.plan("other", 1000);
    const auto ada = shop.house.mailbox("ada@one.test"), eve = shop.house.mailbox("eve@two.test"), fay = shop.house.mailbox("fay@two.test");
    shop.put_on("one", "basic");
    shop.change("eve@two.test", [](auto& to) { to.set_plan("basic"); });
    auto& gateway = shop.house.gateway();
    std::set<std::int64_t> heard;
    gateway.on_change([&](AccountId account) { heard.insert(account.value); });
    REQUIRE(shop.soon([&] { return gateway.watching() && shop.sql("select count(*) from directory.limits_due") == "0"; }));
    heard.clear();
    shop.change_plan("other", [](auto& to) { to.set_storage_bytes(9); });  // nobody is on it
    CHECK(shop.sql("select count(*) from directory.limits_due") == "0");
    shop.change_plan("basic", [](auto& to) {
        to.set_storage_bytes(3000);
        to.set_retention_days(21);
    });
    CHECK(shop.soon([&] { return shop.enforced("ada@one.test") == "none 3000" && shop.enforced("eve@two.test") == "none 3000"; }));
    CHECK(shop.soon([&] { return heard.contains(ada.account_id()) && heard.contains(eve.account_id()); }));
    CHECK(shop.enforced("fay@two.test") == "none 5368709120");
    CHECK(shop.get("ada@one.test").deleted_kept_days() == 21);
    CHECK(shop.get("fay@two.test").deleted_kept_days() == 14);  // DEFAULT_RETENTION: she has no plan
    CHECK(shop.sql("select count(*) from directory.audit where action = 'tenant.limits' and actor = 'auth' and object in ('one', 'two')") ==
          "2");
    shop.change_plan("basic", [](auto& to) { to.set_storage("pooled"); });
    CHECK(shop.soon([&] { return shop.pools() == "one:3000 two:3000"; }));
}

TEST_CASE("only a plan's owner makes limits due", "[auth][limits][isolation]") {
    Shop shop;
    shop.plan("basic", 1000);
    shop.put_on("one", "basic");
    REQUIRE(shop.soon([&] { return shop.sql("select count(*) from directory.limits_due") == "0"; }));
    // What is left uncommitted at the end of the connection is undone.
    const auto due_after = [&](const std::string& as) {
        return shop.sql("begin; set local role sky_auth; set local sky.tenant = '" + as +
                        "'; select directory.limits_due_by_plan((select plan_id from directory.plan)); reset role; "
                        "select count(*) from directory.limits_due");
    };
    CHECK(due_after("") == "1");
    CHECK(due_after(shop.sql("select tenant_id from directory.tenant where name = 'two'")) == "0");
}

TEST_CASE("who signs in to submit is told how much may be sent", "[auth][limits]") {
    Shop shop;
    shop.house.mailbox("ada@one.test");
    shop.plan("basic", 1000);
    auto& gateway = shop.house.gateway();
    CHECK(shop.sign_in(gateway, "ada@one.test", "submission")->sends.hour == 0);
    shop.change_plan("basic", [](auto& to) {
        to.set_sends_hour(20);
        to.set_sends_day(100);
        to.set_recipients(5);
    });
    shop.put_on("one", "basic");
    const auto sends = shop.sign_in(gateway, "ada@one.test", "submission").value().sends;
    CHECK((sends.hour == 20 && sends.day == 100 && sends.recipients == 5));
    CHECK(shop.sign_in(gateway, "ada@one.test", "imap")->sends.hour == 0);
}

TEST_CASE("a suspended organisation receives and reads, and can't submit; its sessions hear of it", "[auth][limits]") {
    Shop shop;
    const auto ada = shop.house.mailbox("ada@one.test");
    auto& gateway = shop.house.gateway();
    std::set<std::int64_t> heard;
    gateway.on_change([&](AccountId account) { heard.insert(account.value); });
    REQUIRE(shop.soon([&] { return gateway.watching(); }));
    REQUIRE(shop.sign_in(gateway, "ada@one.test", "submission"));
    shop.state("one", "suspended");
    CHECK(shop.soon([&] { return heard.contains(ada.account_id()); }));
    CHECK(shop.sign_in(gateway, "ada@one.test", "submission").error().fault == Fault::forbidden);
    CHECK(shop.sign_in(gateway, "ada@one.test", "imap"));
    CHECK(shop.house.run(gateway.resolve("ada@one.test", after(5s)))->kind == identity::Recipient::Kind::local);
    shop.state("one", "active");
    CHECK(shop.sign_in(gateway, "ada@one.test", "submission"));
}
