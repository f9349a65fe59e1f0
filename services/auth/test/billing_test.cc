// A month of three organisations against a sheet that was computed by hand.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "auth/billing/export.h"

using namespace sky::auth;

namespace {
constexpr std::int64_t basic = 1, pro = 2, team = 3, trial = 4;

Day day(const char* text) { return parse_day(text).value(); }
const Month february{std::chrono::year(2028) / 2};  // a leap year: 29 days

PriceLists price_lists() {
    PriceLists lists;
    lists[basic] = {.proration = Proration::full_month,
                    .prices = {{day("2026-01-01"), {550, "AUD", "GST", 1000}}, {day("2028-02-15"), {600, "AUD", "GST", 1000}}}};
    lists[pro] = {.proration = Proration::daily, .prices = {{day("2026-01-01"), {1000, "AUD", "GST", 1000}}}};
    lists[team] = {.proration = Proration::daily, .storage = Storage::pooled, .prices = {{day("2026-01-01"), {299, "EUR", "VAT", 1900}}}};
    lists[trial] = {.proration = Proration::full_month, .prices = {{day("2029-01-01"), {100, "AUD", "", 0}}}};
    return lists;
}

struct Sheet {
    std::vector<MailboxDay> rows;
    // From one day of the month to another, both included.
    void days(std::int64_t tenant, std::int64_t account, const std::string& address, int from, int to, std::int64_t plan,
              const std::string& state = "active", std::int64_t octets = 0) {
        const char* tenants[] = {"", "acme", "beta", "gamma"};
        const char* plans[] = {"", "basic", "pro", "team", "trial"};
        for (int d = from; d <= to; ++d)
            rows.push_back(
                {tenant, tenants[tenant], february.first() + std::chrono::days(d - 1), account, address, state, plan, plans[plan], octets});
    }
};

std::vector<MailboxDay> month_of_three() {
    Sheet sheet;
    sheet.days(1, 11, "ada@acme.test", 1, 29, basic);
    sheet.days(1, 12, "bob@acme.test", 1, 10, basic);
    sheet.days(1, 12, "bob@acme.test", 11, 29, basic, "suspended");
    sheet.days(1, 13, "cleo@acme.test", 1, 9, basic);
    sheet.days(1, 13, "cleo@acme.test", 10, 29, pro);
    sheet.days(1, 14, "dan@acme.test", 1, 5, pro);
    sheet.days(1, 24, "dan@acme.test", 20, 29, pro);
    sheet.days(1, 15, "eve@acme.test", 3, 4, basic);
    sheet.days(1, 25, "eve@acme.test", 14, 14, basic);
    sheet.days(1, 16, "fay@acme.test", 1, 29, basic, "suspended");
    sheet.days(1, 17, "miss.gil@acme.test", 1, 20, pro);
    sheet.days(1, 17, "gil@acme.test", 21, 29, pro);
    sheet.days(2, 31, "hal@beta.test", 1, 29, team, "active", 1000);
    sheet.days(2, 32, "ivy@beta.test", 29, 29, team, "active", 2900);
    sheet.days(2, 33, "jon@beta.test", 1, 29, team, "suspended", 290);
    sheet.days(3, 41, "kim@gamma.test", 1, 2, trial);
    sheet.days(3, 42, "lea@gamma.test", 29, 29, 0);
    return sheet.rows;
}
}  // namespace

TEST_CASE("a month of plan changes, suspensions, a new price, a leap day and returning mailboxes is what the sheet says", "[auth]") {
    // tenant, plan, mailbox, unit, days, quantity, unit price, ex tax, tax name, %, tax, total, currency
    const char* sheet[] = {
        // The price of basic rises on the 15th, and basic is by the whole month: the month is shared 14 : 15.
        // 5.50 × 14/29 = 2.6551… → 2.66, tax 0.266 → 0.27;  6.00 × 15/29 = 3.1034… → 3.10, tax 0.31
        "acme,basic,ada@acme.test,month,14,0.482759,5.50,2.66,GST,10.00,0.27,2.93,AUD",
        "acme,basic,ada@acme.test,month,15,0.517241,6.00,3.10,GST,10.00,0.31,3.41,AUD",
        // Ten days, then suspended: the whole month all the same.
        "acme,basic,bob@acme.test,month,10,1,5.50,5.50,GST,10.00,0.55,6.05,AUD",
        // Nine days of basic cost its month, twenty of pro their part: 10.00 × 20/29 = 6.8965… → 6.90
        "acme,basic,cleo@acme.test,month,9,1,5.50,5.50,GST,10.00,0.55,6.05,AUD",
        "acme,pro,cleo@acme.test,month,20,0.689655,10.00,6.90,GST,10.00,0.69,7.59,AUD",
        // Removed on the 6th, made again on the 20th: 10.00 × 15/29 = 5.1724… → 5.17, tax 0.517 → 0.52
        "acme,pro,dan@acme.test,month,15,0.517241,10.00,5.17,GST,10.00,0.52,5.69,AUD",
        // The same by the whole month: once, not twice.
        "acme,basic,eve@acme.test,month,3,1,5.50,5.50,GST,10.00,0.55,6.05,AUD",
        // fay was suspended all the month. gil was called miss.gil before: one mailbox.
        "acme,pro,gil@acme.test,month,29,1,10.00,10.00,GST,10.00,1.00,11.00,AUD",
        // 2.99 × 19 % = 0.5681 → 0.57;  2.99 × 1/29 = 0.1031… → 0.10, tax 0.019 → 0.02
        "beta,team,hal@beta.test,month,29,1,2.99,2.99,VAT,19.00,0.57,3.56,EUR",
        "beta,team,ivy@beta.test,month,1,0.034483,2.99,0.10,VAT,19.00,0.02,0.12,EUR",
        // jon costs nothing but takes room: (29 × 1000 + 2900 + 29 × 290) ÷ 29 = 1000 + 100 + 290
        "beta,team,,average_octets,29,1390,,,,,,,",
        // trial has no price yet, lea no plan.
        "gamma,trial,kim@gamma.test,month,2,1,,,,,,,",
        "gamma,,lea@gamma.test,month,1,0.034483,,,,,,,",
    };
    std::string expected;
    for (const auto* line : sheet) expected += "2028-02," + std::string(line) + "\r\n";
    CHECK(csv_lines(february, statement(february, month_of_three(), price_lists())) == expected);
}

TEST_CASE("the same rows give the same octets, in whatever order they come", "[auth]") {
    auto rows = month_of_three();
    const auto document = [&] {
        const auto lines = statement(february, rows, price_lists());
        return csv_head() + csv_lines(february, lines) + json_head(february) + json_lines(lines, Position::first) + json_tail();
    };
    const auto first = document();
    std::mt19937 dice(28);
    for (int i = 0; i < 10; ++i) {
        std::ranges::shuffle(rows, dice);
        CHECK(document() == first);
    }
    rows.push_back({1, "acme", day("2028-03-01"), 11, "ada@acme.test", "active", basic, "basic", 0});  // another month's
    CHECK(document() == first);
}

TEST_CASE("a common February has 28 days", "[auth]") {
    const Month month{std::chrono::year(2027) / 2};
    std::vector<MailboxDay> rows;
    for (int d = 0; d < 14; ++d)
        rows.push_back({1, "acme", month.first() + std::chrono::days(d), 1, "ada@acme.test", "active", pro, "pro", 0});
    const auto lines = statement(month, rows, price_lists());
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].quantity == "0.5");
    CHECK(lines[0].amount == Amount{500, 50, 550});
}

TEST_CASE("5.50 AUD + GST is 6.05; halves go up", "[auth]") {
    CHECK(with_tax(550, 1000) == Amount{550, 55, 605});
    CHECK(with_tax(5, 1000) == Amount{5, 1, 6});     // 0.5
    CHECK(with_tax(4, 1000) == Amount{4, 0, 4});     // 0.4
    CHECK(with_tax(15, 1000) == Amount{15, 2, 17});  // 1.5
    CHECK(with_tax(most_minor_units * 31, 10'000).tax == most_minor_units * 31);
    CHECK(divide_half_up(5, 2) == 3);
    CHECK(divide_half_up(4, 3) == 1);
    CHECK(divide_half_up(5, 3) == 2);
    CHECK(decimal(550, "AUD") == "5.50");
    CHECK(decimal(5, "EUR") == "0.05");
    CHECK(decimal(550, "JPY") == "550");
    CHECK(decimal(1, "KWD") == "0.001");
}

TEST_CASE("days and months are read strictly", "[auth]") {
    CHECK(text_of(parse_month("2026-11").value()) == "2026-11");
    CHECK(text_of(day("2028-02-29")) == "2028-02-29");
    for (const auto* bad : {"", "2026", "2026-1", "2026-00", "2026-13", "1999-12", "2026/11", "2026-+1", "2026--1", "2026-11-01"})
        CHECK_FALSE(parse_month(bad));
    for (const auto* bad : {"", "2026-11", "2027-02-29", "2026-11-31", "2026-11-00", "2026-11-1", "2026-11- 1", "2026-11--1"})
        CHECK_FALSE(parse_day(bad));
}

TEST_CASE("CSV quotes what needs it and disarms formulas", "[auth][rfc4180:2]") {
    Line line{.tenant = "a,b", .plan = "say \"hi\"", .mailbox = "=1+1@x.test", .days = 1, .quantity = "1"};
    CHECK(csv_lines(february, {&line, 1}) == "2028-02,\"a,b\",\"say \"\"hi\"\"\",'=1+1@x.test,month,1,1,,,,,,,\r\n");
}

TEST_CASE("JSON has minor units and is whole in pieces", "[auth][rfc8259:7]") {
    Line line{.tenant = "a\"\\\n",
              .plan = "basic",
              .mailbox = "ada@x.test",
              .days = 30,
              .quantity = "1",
              .price = {550, "AUD", "GST", 1000},
              .amount = with_tax(550, 1000)};
    const auto text = json_head(february) + json_lines({&line, 1}, Position::first) + json_lines({&line, 1}, Position::later) + json_tail();
    const std::string one =
        "{\"tenant\": \"a\\\"\\\\\\u000a\", \"plan\": \"basic\", \"mailbox\": \"ada@x.test\", \"unit\": \"month\", \"days\": 30, "
        "\"quantity\": 1, \"unit_price\": 550, "
        "\"ex_tax\": 550, \"tax_name\": \"GST\", \"tax_basis_points\": 1000, \"tax\": 55, \"total\": 605, \"currency\": \"AUD\"}";
    CHECK(text == "{\"month\": \"2028-02\", \"lines\": [\n" + one + ",\n" + one + "\n]}\n");
    CHECK(json_head(february) + json_lines({}, Position::first) + json_tail() == "{\"month\": \"2028-02\", \"lines\": [\n]}\n");
}
