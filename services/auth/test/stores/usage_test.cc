// A month of nights, and the bill that comes out of it, against a sheet that was computed by hand. The month is to come, so that the job
// of the service itself (which counts yesterday) stays out of it.
#include <catch2/catch.hpp>

#include "auth/store/usage.h"
#include "auth/usage/nightly.h"
#include "house.h"
#include "skybridge/admin/v1/billing.pb.h"
#include "skybridge/admin/v1/plans.pb.h"

using namespace house;
using namespace sky::auth;

namespace {
Day day(const char* text) { return parse_day(text).value(); }

struct Year {
    House house;
    Year() {
        house.tenant("acme", "acme.test");
        plan("basic", "full_month");
        plan("pro", "daily");
        price("basic", "2029-01-01", 550);
        price("pro", "2029-01-01", 1000);
        admin_v1::ChangeTenantRequest request;
        request.set_name("acme");
        request.set_plan("basic");
        house.operate<admin_v1::Tenant>(request).value();
    }
    void plan(const std::string& name, const std::string& proration) {
        admin_v1::AddPlanRequest request;
        request.set_name(name);
        request.set_storage_bytes(1 << 30);
        request.set_proration(proration);
        house.operate<admin_v1::Plan>(request).value();
    }
    void price(const std::string& name, const std::string& from, std::int64_t minor_units) {
        admin_v1::SetPlanPriceRequest request;
        request.set_name(name);
        request.set_valid_from(from);
        request.set_minor_units(minor_units);
        request.set_currency("AUD");
        request.set_tax_name("GST");
        request.set_tax_basis_points(1000);
        house.operate<admin_v1::PlanPrice>(request).value();
    }
    void put_on(const std::string& address, const std::string& plan) {
        admin_v1::ChangeMailboxRequest request;
        request.set_address(address);
        request.set_plan(plan);
        house.operate<admin_v1::Mailbox>(request).value();
    }
    pg::Pool& pool() { return house.here().pool(); }
    std::int64_t count(Day which) { return house.run(record_day(pool(), which)).value(); }
    std::string bill(const std::string& format, std::uint32_t page, const std::string& tenant = {}) {
        std::string out;
        admin_v1::BillMonthRequest request;
        request.set_tenant(tenant);
        request.set_month("2029-11");
        request.set_format(format);
        do {
            request.mutable_page()->set_size(page);
            const auto reply = house.operate<admin_v1::BillMonthReply>(request).value();
            out += reply.text();
            request.mutable_page()->set_after(reply.next());
        } while (!request.page().after().empty());
        return out;
    }
};
}  // namespace

TEST_CASE("a month of nights is billed as the sheet says", "[auth]") {
    Year year;
    year.house.mailbox("ada@acme.test");
    year.house.mailbox("cleo@acme.test");
    year.house.mailbox("fay@acme.test");
    admin_v1::AddMailboxRequest shared;
    shared.set_address("desk@acme.test");
    shared.set_kind("shared");
    year.house.operate<admin_v1::Mailbox>(shared).value();
    year.price("basic", "2029-11-16", 600);
    for (int d = 1; d <= 30; ++d) {
        const Day today = day("2029-11-01") + std::chrono::days(d - 1);
        if (d == 11) {
            year.house.mailbox("bob@acme.test");
            year.put_on("bob@acme.test", "pro");
        }
        if (d == 16) year.put_on("cleo@acme.test", "pro");
        if (d == 21) {
            year.house.mailbox("dan@acme.test");
            year.house.remove_mailbox("fay@acme.test");
        }
        const std::int64_t mailboxes = d < 11 ? 4 : d < 21 ? 5 : 5;  // fay goes as dan comes
        CHECK(year.count(today) == mailboxes);
        CHECK(year.count(today) == 0);
    }
    // tenant, plan, mailbox, unit, days, quantity, unit price, ex tax, tax name, %, tax, total, currency
    const char* sheet[] = {
        "month,tenant,plan,mailbox,unit,days,quantity,unit_price,ex_tax,tax_name,tax_percent,tax,total,currency",
        // The price of basic rises on the 16th, and basic is by the whole month: the month is shared 15 : 15.
        // 5.50 × 15/30 = 2.75, tax 0.275 → 0.28;  6.00 × 15/30 = 3.00, tax 0.30
        "2029-11,acme,basic,ada@acme.test,month,15,0.5,5.50,2.75,GST,10.00,0.28,3.03,AUD",
        "2029-11,acme,basic,ada@acme.test,month,15,0.5,6.00,3.00,GST,10.00,0.30,3.30,AUD",
        // Came on the 11th, by the day: 10.00 × 20/30 = 6.666… → 6.67, tax 0.667 → 0.67
        "2029-11,acme,pro,bob@acme.test,month,20,0.666667,10.00,6.67,GST,10.00,0.67,7.34,AUD",
        // Fifteen days of basic at the old price cost its month; fifteen of pro their part: 10.00 × 15/30 = 5.00
        "2029-11,acme,basic,cleo@acme.test,month,15,1,5.50,5.50,GST,10.00,0.55,6.05,AUD",
        "2029-11,acme,pro,cleo@acme.test,month,15,0.5,10.00,5.00,GST,10.00,0.50,5.50,AUD",
        // Came on the 21st, basic by the whole month, at the price of its days.
        "2029-11,acme,basic,dan@acme.test,month,10,1,6.00,6.00,GST,10.00,0.60,6.60,AUD",
        // Went on the 21st: 20 days in two prices, 15 : 5.  5.50 × 15/20 = 4.125 → 4.13, tax 0.413 → 0.41;  6.00 × 5/20 = 1.50, tax 0.15
        "2029-11,acme,basic,fay@acme.test,month,15,0.75,5.50,4.13,GST,10.00,0.41,4.54,AUD",
        "2029-11,acme,basic,fay@acme.test,month,5,0.25,6.00,1.50,GST,10.00,0.15,1.65,AUD",
        // desk is shared and on no plan: not on the bill.
    };
    std::string expected;
    for (const auto* line : sheet) expected += std::string(line) + "\r\n";
    CHECK(year.bill("csv", 1000) == expected);
    CHECK(year.bill("csv", 1000, "acme") == expected);
    CHECK(year.bill("csv", 1) == expected);
    CHECK(year.bill("csv", 3) == expected);
    const auto json = year.bill("json", 1000);
    CHECK(year.bill("json", 1) == json);
    CHECK(year.bill("json", 5, "acme") == json);

    // The bill of a month that is over is not changed by what happens later.
    admin_v1::RemoveTenantRequest removal;
    removal.set_name("acme");
    removal.set_cascade(true);
    year.house.operate<admin_v1::RemoveReply>(removal).value();
    CHECK(year.bill("csv", 1000) == expected);
    admin_v1::ChangePlanRequest change;
    change.set_name("pro");
    change.set_proration("full_month");
    CHECK(year.house.operate<admin_v1::Plan>(change).error().fault == Fault::conflict);
    admin_v1::RemovePlanRequest remove;
    remove.set_name("pro");
    const auto kept = year.house.operate<admin_v1::RemoveReply>(remove);
    REQUIRE_FALSE(kept);
    CHECK(kept.error().text == "mailboxes were on this plan until 2029-11-30: it stays, for their bills");
}

TEST_CASE("a bill without a format has lines, and wrong questions are refused", "[auth]") {
    Year year;
    year.house.mailbox("ada@acme.test");
    CHECK(year.count(day("2029-11-30")) == 1);
    admin_v1::BillMonthRequest request;
    request.set_month("2029-11");
    const auto reply = year.house.operate<admin_v1::BillMonthReply>(request).value();
    REQUIRE(reply.lines_size() == 1);
    CHECK(reply.lines(0).mailbox() == "ada@acme.test");
    CHECK(reply.lines(0).ex_tax() == 550);
    CHECK(reply.lines(0).total() == 605);
    CHECK(reply.text().empty());
    request.set_month("2029-12");
    CHECK(year.house.operate<admin_v1::BillMonthReply>(request)->lines_size() == 0);
    request.set_month("2029-13");
    CHECK(year.house.operate<admin_v1::BillMonthReply>(request).error().fault == Fault::syntax);
    request.set_month("2029-11");
    request.set_format("pdf");
    CHECK(year.house.operate<admin_v1::BillMonthReply>(request).error().fault == Fault::syntax);
    request.set_format("csv");
    request.mutable_page()->set_after("nonsense");
    CHECK(year.house.operate<admin_v1::BillMonthReply>(request));
}

TEST_CASE("a day's rows say how much room each mailbox takes, once", "[auth]") {
    Year year;
    const auto ada = year.house.mailbox("ada@acme.test"), bob = year.house.mailbox("bob@acme.test");
    year.house.database.sql("update mail.account set used_octets = 4711 where account_id = " + std::to_string(ada.account_id()));
    admin_v1::SetMailboxStateRequest suspend;
    suspend.set_address("bob@acme.test");
    suspend.set_state("suspended");
    REQUIRE(year.house.operate<admin_v1::Mailbox>(suspend));
    CHECK(year.count(day("2020-01-01")) == 0);  // nobody was here then
    CHECK(year.count(day("2029-11-01")) == 2);
    year.house.database.sql("update mail.account set used_octets = 1");
    CHECK(year.count(day("2029-11-01")) == 0);

    admin_v1::ListUsageRequest request;
    request.mutable_page()->set_size(1);
    auto reply = year.house.operate<admin_v1::ListUsageReply>(request).value();
    CHECK(reply.day() == "2029-11-01");  // the newest
    REQUIRE(reply.usages_size() == 1);
    CHECK(reply.usages(0).address() == "ada@acme.test");
    CHECK(reply.usages(0).used_bytes() == 4711);
    CHECK(reply.usages(0).plan() == "basic");
    request.mutable_page()->set_after(reply.next());
    reply = year.house.operate<admin_v1::ListUsageReply>(request).value();
    REQUIRE(reply.usages_size() == 1);
    CHECK(reply.usages(0).address() == "bob@acme.test");
    CHECK(reply.usages(0).state() == "suspended");
    request.mutable_page()->set_after(reply.next());
    CHECK(year.house.operate<admin_v1::ListUsageReply>(request)->usages_size() == 0);
    request.mutable_page()->set_after("");
    request.set_day("2029-11-02");
    CHECK(year.house.operate<admin_v1::ListUsageReply>(request)->usages_size() == 0);
    request.set_day("yesterday");
    CHECK(year.house.operate<admin_v1::ListUsageReply>(request).error().fault == Fault::syntax);
}

TEST_CASE("mailboxes of a closing organisation cost nothing, those of a suspended one do", "[auth]") {
    Year year;
    year.house.mailbox("ada@acme.test");
    const auto state = [&](const std::string& to) {
        year.house.database.sql("update directory.tenant set state = '" + to + "', closes_at = " + (to == "closing" ? "now()" : "null"));
    };
    state("suspended");
    CHECK(year.count(day("2029-11-01")) == 1);
    state("closing");
    CHECK(year.count(day("2029-11-02")) == 1);
    CHECK(year.house.database.sql("select string_agg(state, ' ' order by day) from directory.mailbox_day") == "active closing");
}

TEST_CASE("more mailboxes than a batch are counted whole, and a count that broke off goes on", "[auth]") {
    Year year;
    const auto ada = year.house.mailbox("ada@acme.test");
    year.house.database.sql(
        "with n as (select 'n' || i || '@acme.test' as address from generate_series(1, 2500) i), "
        "a as (insert into directory.account (tenant_id, address) select " +
        std::string("(select tenant_id from directory.tenant)") +
        ", address from n returning tenant_id, account_id, address) "
        "insert into directory.address (tenant_id, address, domain_id, account_id) select a.tenant_id, a.address, d.domain_id, "
        "a.account_id "
        "from a join directory.domain d using (tenant_id)");
    CHECK(year.count(day("2029-11-01")) == 2501);
    year.house.database.sql("delete from directory.mailbox_day where account_id % 3 = 0");
    const auto missing = 2501 - std::stoll(year.house.database.sql("select count(*) from directory.mailbox_day"));
    CHECK(year.count(day("2029-11-01")) == missing);
}

TEST_CASE("one replica counts a day; when it falls silent another does", "[auth]") {
    Year year;
    const auto claim = [&] { return year.house.run(claim_day(year.pool(), day("2029-11-01"), after(10s))).value(); };
    CHECK(claim());
    CHECK_FALSE(claim());
    year.house.database.sql("update directory.usage_day set claimed_at = now() - interval '6 minutes'");
    CHECK(claim());
    year.house.run(renew_claim(year.pool(), day("2029-11-01"), after(10s))).value();
    CHECK_FALSE(claim());
    year.house.run(finish_day(year.pool(), day("2029-11-01"), after(10s))).value();
    year.house.database.sql("update directory.usage_day set claimed_at = now() - interval '6 minutes'");
    CHECK_FALSE(claim());
}

TEST_CASE("the service counts yesterday by itself", "[auth]") {
    House house;
    for (int i = 0; i < 100 && house.database.sql("select count(*) from directory.usage_day where recorded_at is not null") != "1"; ++i)
        house.run([]() -> Task<void> { co_await sleep_for(50ms); }());
    CHECK(house.database.sql("select day = (now() at time zone 'utc')::date - 1 from directory.usage_day") == "t");
}
