// Plans: who sells them, who sees them, who is on them, and what they allow.
#include <catch2/catch.hpp>

#include "auth/access/access.h"
#include "auth/store/plans.h"
#include "house.h"
#include "sky/base/encode.h"
#include "skybridge/admin/v1/plans.pb.h"

using namespace house;
using namespace sky::auth;

namespace {
struct Shop {
    House house;

    // The bearer holds this role over that tenant.
    std::string token(const std::string& role, const std::string& tenant) {
        const std::string id = "(select tenant_id from directory.tenant where name = '" + tenant + "')";
        const std::string secret = "token-" + hex_encode(random_bytes(16));
        house.database.sql("insert into directory.token (tenant_id, role, over_tenant, digest, created_by) select t, '" + role +
                           "', t, decode('" + hex_encode(token_digest(secret)) + "', 'hex'), 'test' from " + id + " as x (t)");
        return secret;
    }
    void tenant(const std::string& name, const std::string& kind = {}, const std::string& parent = {}) {
        admin_v1::AddTenantRequest request;
        request.set_name(name);
        request.set_kind(kind);
        request.set_parent(parent);
        house.operate<admin_v1::Tenant>(request).value();
    }
    Result<admin_v1::Plan> add(const std::string& name, const std::string& token = {}, const std::string& owner = {}) {
        admin_v1::AddPlanRequest request;
        request.set_name(name);
        request.set_owner(owner);
        request.set_storage_bytes(1 << 30);
        return house.operate<admin_v1::Plan>(request, token);
    }
    Result<admin_v1::Plan> get(const std::string& name, const std::string& token = {}, const std::string& owner = {}) {
        admin_v1::GetPlanRequest request;
        request.set_name(name);
        request.set_owner(owner);
        return house.operate<admin_v1::Plan>(request, token);
    }
    template <class Set>
    Result<admin_v1::Plan> change(const std::string& name, const std::string& token, Set set) {
        admin_v1::ChangePlanRequest request;
        request.set_name(name);
        set(request);
        return house.operate<admin_v1::Plan>(request, token);
    }
    Result<admin_v1::RemoveReply> remove(const std::string& name, const std::string& token = {}) {
        admin_v1::RemovePlanRequest request;
        request.set_name(name);
        return house.operate<admin_v1::RemoveReply>(request, token);
    }
    std::string names(const std::string& token = {}, std::uint32_t page = 0) {
        std::string out;
        admin_v1::ListPlansRequest request;
        request.mutable_page()->set_size(page);
        do {
            const auto reply = house.operate<admin_v1::ListPlansReply>(request, token).value();
            for (const auto& plan : reply.plans()) out += plan.owner() + "/" + plan.name() + " ";
            request.mutable_page()->set_after(reply.next());
        } while (!request.page().after().empty());
        return out;
    }
    Result<admin_v1::PlanPrice> price(const std::string& plan, const std::string& from, std::int64_t minor_units,
                                      const std::string& token = {}) {
        admin_v1::SetPlanPriceRequest request;
        request.set_name(plan);
        request.set_valid_from(from);
        request.set_minor_units(minor_units);
        request.set_currency("AUD");
        request.set_tax_name("GST");
        request.set_tax_basis_points(1000);
        return house.operate<admin_v1::PlanPrice>(request, token);
    }
    Result<admin_v1::Tenant> put_on(const std::string& tenant, const std::string& plan, const std::string& token = {}) {
        admin_v1::ChangeTenantRequest request;
        request.set_name(tenant);
        request.set_plan(plan);
        return house.operate<admin_v1::Tenant>(request, token);
    }
    Result<admin_v1::Mailbox> put_mailbox_on(const std::string& address, const std::string& plan) {
        admin_v1::ChangeMailboxRequest request;
        request.set_address(address);
        request.set_plan(plan);
        return house.operate<admin_v1::Mailbox>(request);
    }
};
}  // namespace

TEST_CASE("a plan is made, changed in part, priced and removed", "[auth]") {
    Shop shop;
    const auto made = shop.add("Basic");
    REQUIRE(made);
    CHECK(made->name() == "basic");
    CHECK(made->owner().empty());
    CHECK(made->storage() == "mailbox");
    CHECK(made->proration() == "full_month");
    CHECK(made->recipients() == 100);
    CHECK(made->protocols_size() == 10);
    CHECK(shop.add("basic").error().fault == Fault::already_exists);
    CHECK(shop.add("no spaces").error().fault == Fault::syntax);

    const auto changed = shop.change("basic", {}, [](auto& request) {
        request.set_protocols("imap, Web,imap");
        request.set_sends_day(500);
        request.set_retention_days(30);
    });
    REQUIRE(changed);
    CHECK(changed->protocols_size() == 2);
    CHECK(changed->sends_day() == 500);
    CHECK(changed->retention_days() == 30);
    CHECK(changed->storage_bytes() == 1 << 30);
    CHECK(shop.change("basic", {}, [](auto& r) { r.set_retention_days(0); })->retention_days() == 0);
    CHECK(shop.change("basic", {}, [](auto& r) { r.set_protocols("gopher"); }).error().fault == Fault::syntax);
    CHECK(shop.change("basic", {}, [](auto& r) { r.set_recipients(0); }).error().fault == Fault::syntax);
    CHECK(shop.change("basic", {}, [](auto& r) { r.set_storage("shoebox"); }).error().fault == Fault::syntax);
    CHECK(shop.change("other", {}, [](auto& r) { r.set_sends_day(1); }).error().fault == Fault::not_found);

    CHECK(shop.price("basic", "2026-01-01", 500));
    CHECK(shop.price("basic", "2027-01-01", 600));
    CHECK(shop.price("basic", "2026-01-01", 550));
    CHECK(shop.price("basic", "2026-02-30", 550).error().fault == Fault::syntax);
    CHECK(shop.price("basic", "2026-01-01", -1).error().fault == Fault::syntax);
    admin_v1::ListPlanPricesRequest prices;
    prices.set_name("basic");
    const auto list = shop.house.operate<admin_v1::ListPlanPricesReply>(prices).value();
    REQUIRE(list.prices_size() == 2);
    CHECK(list.prices(0).valid_from() == "2026-01-01");
    CHECK(list.prices(0).minor_units() == 550);
    CHECK(list.prices(1).tax_name() == "GST");

    CHECK(shop.remove("basic"));
    CHECK(shop.remove("basic").error().fault == Fault::not_found);
    CHECK(shop.house.database.sql("select string_agg(action, ' ' order by audit_id) from directory.audit where object = 'basic'") ==
          "plan.add plan.change plan.change plan.price plan.price plan.price plan.remove");
}

TEST_CASE("a reseller sees the provider's plans and its own, and writes its own only", "[auth]") {
    Shop shop;
    shop.tenant("seller", "reseller");
    shop.tenant("rival", "reseller");
    shop.tenant("customer", "", "seller");
    const std::string seller = shop.token("reseller", "seller"), rival = shop.token("reseller", "rival"),
                      boss = shop.token("tenant", "customer");
    REQUIRE(shop.add("basic"));
    REQUIRE(shop.add("gold", seller)->owner() == "seller");
    REQUIRE(shop.add("gold", rival));
    CHECK(shop.names(seller) == "/basic seller/gold ");
    CHECK(shop.names(rival) == "/basic rival/gold ");
    CHECK(shop.names({}, 1) == "/basic seller/gold rival/gold ");
    CHECK(shop.get("basic", seller));
    CHECK(shop.get("gold", seller, "rival").error().fault == Fault::not_found);
    CHECK(shop.get("gold", {}, "rival")->owner() == "rival");
    CHECK(shop.get("gold").error().fault == Fault::not_found);  // the provider has none of that name

    CHECK(shop.change("basic", seller, [](auto& r) { r.set_sends_day(1); }).error().fault == Fault::not_found);
    CHECK(shop.remove("basic", seller).error().fault == Fault::not_found);
    CHECK(shop.price("basic", "2026-01-01", 1, seller).error().fault == Fault::not_found);
    CHECK(shop.price("gold", "2026-01-01", 900, seller));
    CHECK(shop.add("silver", seller, "rival").error().fault == Fault::not_found);
    CHECK(shop.add("silver", {}, "customer").error().fault == Fault::conflict);
    CHECK(shop.change("gold", {},
                      [](auto& request) {
                          request.set_owner("rival");
                          request.set_sends_day(7);
                      })
              ->sends_day() == 7);
    CHECK(shop.get("gold", seller)->sends_day() == 0);

    // Its customers are on its plan rather than on the provider's of the same name; they don't choose.
    REQUIRE(shop.add("gold"));
    CHECK(shop.put_on("customer", "gold", seller)->plan() == "gold");
    CHECK(shop.house.database.sql("select r.name from directory.tenant t join directory.plan p using (plan_id) join directory.tenant r "
                                  "on r.tenant_id = p.reseller_id where t.name = 'customer'") == "seller");
    CHECK(shop.put_on("customer", "basic", boss).error().fault == Fault::forbidden);
    CHECK(shop.names(rival) == "/basic rival/gold /gold ");
    admin_v1::ListPlansRequest list;
    CHECK(shop.house.operate<admin_v1::ListPlansReply>(list, boss).error().fault == Fault::forbidden);
}

TEST_CASE("row-level security alone keeps plans with their owners", "[auth]") {
    Shop shop;
    shop.tenant("seller", "reseller");
    shop.tenant("rival", "reseller");
    shop.tenant("customer", "", "seller");
    REQUIRE(shop.add("basic"));
    REQUIRE(shop.add("gold", {}, "seller"));
    REQUIRE(shop.price("basic", "2026-01-01", 1));
    const auto id = [&](const std::string& name) {
        return std::stoll(shop.house.database.sql("select tenant_id from directory.tenant where name = '" + name + "'"));
    };
    // sky.tenant → the plans that are seen and those that are written.
    const auto seen = [&](const std::string& as, const std::string& statement) {
        return shop.house.database.sql("set role sky_auth; set sky.tenant = '" + as + "'; " + statement);
    };
    const std::string see = "select coalesce(string_agg(name, ' ' order by name), '') from directory.plan";
    const std::string write =
        "with w as (update directory.plan set sends_day = sends_day returning name) "
        "select coalesce(string_agg(name, ' '), '') from w";
    const std::string seller = std::to_string(id("seller")), rival = std::to_string(id("rival")), customer = std::to_string(id("customer"));
    CHECK(seen("", see) == "basic gold");
    CHECK(seen("", write) == "basic");
    CHECK(seen("-" + seller, see) == "basic gold");
    CHECK(seen("-" + seller, write).empty());
    CHECK(seen(seller, write) == "gold");
    CHECK(seen("-" + rival, see) == "basic");
    CHECK(seen(rival, write).empty());
    CHECK(seen(customer, see) == "basic gold");
    CHECK(seen(customer, write).empty());
    const std::string write_price = "with w as (update directory.plan_price set tax_name = '' returning 1) select count(*) from w";
    CHECK(seen("", write_price) == "1");
    CHECK(seen(seller, write_price) == "0");
}

TEST_CASE("a plan that somebody is on stays", "[auth]") {
    Shop shop;
    shop.house.tenant("one", "one.test");
    shop.house.mailbox("ada@one.test");
    REQUIRE(shop.add("basic"));
    REQUIRE(shop.add("extra"));
    REQUIRE(shop.put_on("one", "basic"));
    REQUIRE(shop.put_mailbox_on("ada@one.test", "extra"));
    for (const auto* plan : {"basic", "extra"}) {
        const auto refused = shop.remove(plan);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::conflict);
        CHECK(refused.error().text == "tenants or mailboxes are on this plan: give them another one first");
    }
    REQUIRE(shop.put_mailbox_on("ada@one.test", ""));
    CHECK(shop.remove("extra"));
    CHECK(shop.put_on("one", "extra").error().fault == Fault::not_found);
}

TEST_CASE("an account's plan is its own, else its tenant's, else none", "[auth]") {
    Shop shop;
    shop.house.tenant("one", "one.test");
    const auto ada = AccountId(shop.house.mailbox("ada@one.test").account_id());
    admin_v1::AddMailboxRequest request;
    request.set_address("desk@one.test");
    request.set_kind("shared");
    const auto made = shop.house.operate<admin_v1::Mailbox>(request).value();
    const auto desk = AccountId(made.account_id());
    REQUIRE(shop.add("basic"));
    REQUIRE(shop.add("extra"));
    const TenantId one(std::stoll(shop.house.database.sql("select tenant_id from directory.tenant where name = 'one'")));
    const auto plan_of = [&](AccountId account) {
        const auto plan = shop.house.run(effective_plan(shop.house.here().pool(), one, account, after(10s))).value();
        return plan ? plan->name : std::string("none");
    };
    CHECK(plan_of(ada) == "none");
    REQUIRE(shop.put_on("one", "basic"));
    CHECK(plan_of(ada) == "basic");
    CHECK(plan_of(desk) == "none");  // nobody signs in there
    REQUIRE(shop.put_mailbox_on("ada@one.test", "extra"));
    REQUIRE(shop.put_mailbox_on("desk@one.test", "extra"));
    CHECK(plan_of(ada) == "extra");
    CHECK(plan_of(desk) == "extra");
    REQUIRE(shop.change("extra", {}, [](auto& r) {
        r.set_sends_hour(20);
        r.set_recipients(5);
    }));
    const auto limits = shop.house.run(effective_plan(shop.house.here().pool(), one, ada, after(10s))).value().value();
    CHECK(limits.sends_hour == 20);
    CHECK(limits.recipients == 5);
    const auto nobody = shop.house.run(effective_plan(shop.house.here().pool(), one, AccountId(999), after(10s)));
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().fault == Fault::not_found);
}

TEST_CASE("who has no protocols of their own may use those of their plan", "[auth]") {
    Shop shop;
    shop.house.tenant("one", "one.test");
    shop.house.mailbox("ada@one.test");
    REQUIRE(shop.add("basic"));
    REQUIRE(shop.put_on("one", "basic"));
    const auto ask = [&](const std::string& protocol) {
        return shop.house
            .run(shop.house.here().sign_in().ask(
                {.username = "ada@one.test", .password = "correct horse", .protocol = protocol, .remote_address = "192.0.2.1", .tls = true},
                after(10s)))
            .proved.has_value();
    };
    CHECK(ask("imap"));
    REQUIRE(shop.change("basic", {}, [](auto& r) { r.set_protocols("pop3,caldav"); }));
    CHECK_FALSE(ask("imap"));
    CHECK(ask("pop3"));
    CHECK(ask("dav"));
    admin_v1::ChangeMailboxRequest own;
    own.set_address("ada@one.test");
    own.set_protocols("imap");
    REQUIRE(shop.house.operate<admin_v1::Mailbox>(own));
    CHECK(ask("imap"));
    CHECK_FALSE(ask("pop3"));
    CHECK_FALSE(ask("dav"));
    own.set_protocols("");
    REQUIRE(shop.house.operate<admin_v1::Mailbox>(own));
    CHECK_FALSE(ask("imap"));
}
