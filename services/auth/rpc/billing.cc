// BillMonth, ListUsage.
#include <charconv>
#include <span>

#include "auth/billing/export.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "auth/store/usage.h"
#include "skybridge/admin/v1/billing.pb.h"

namespace sky::auth {
namespace {
// Tenants that one page looks at, lines or not.
constexpr int most_tenants = 500;

// "17:200:1000": behind so many lines of this tenant (0: behind the tenant), so many of the whole document.
struct Cursor {
    std::int64_t numbers[3] = {};
    TenantId tenant() const { return TenantId(numbers[0]); }
};
Cursor parse_cursor(std::string_view text) {
    Cursor out;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (auto& number : out.numbers) {
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || number < 0) return {};
        at = next == end ? end : next + 1;
    }
    return out;
}
std::string cursor_text(const Cursor& cursor) {
    return std::to_string(cursor.numbers[0]) + ":" + std::to_string(cursor.numbers[1]) + ":" + std::to_string(cursor.numbers[2]);
}

enum class Shape { lines, csv, json };

void add_line(admin_v1::BillMonthReply& reply, const Line& line) {
    auto& out = *reply.add_lines();
    out.set_tenant(line.tenant);
    out.set_plan(line.plan);
    out.set_mailbox(line.mailbox);
    out.set_unit(line.unit == Unit::month ? "month" : "average_octets");
    out.set_days(static_cast<std::uint32_t>(line.days));
    out.set_quantity(line.quantity);
    out.set_unit_price(line.price.minor_units);
    out.set_ex_tax(line.amount.ex_tax);
    out.set_tax_name(line.price.tax_name);
    out.set_tax_basis_points(static_cast<std::uint32_t>(line.price.tax_basis_points));
    out.set_tax(line.amount.tax);
    out.set_total(line.amount.total);
    out.set_currency(line.price.currency);
}

struct Document {
    Shape shape;
    Month month;
    admin_v1::BillMonthReply reply;

    void open() {
        if (shape != Shape::lines) reply.mutable_text()->append(shape == Shape::csv ? csv_head() : json_head(month));
    }
    void add(std::span<const Line> lines, Position where) {
        switch (shape) {
            case Shape::lines:
                for (const auto& line : lines) add_line(reply, line);
                break;
            case Shape::csv:
                reply.mutable_text()->append(csv_lines(month, lines));
                break;
            case Shape::json:
                reply.mutable_text()->append(json_lines(lines, where));
                break;
        }
    }
    void close() {
        if (shape == Shape::json) reply.mutable_text()->append(json_tail());
    }
};

// Where the bill goes on: in the middle of a tenant, at the one that is asked for, at the next one. Nothing: it ends.
Task<Result<std::optional<TenantId>>> next_tenant(AuthShard& shard, const Caller& caller, const Cursor& cursor, TenantId only) {
    if (cursor.numbers[1] > 0) co_return cursor.tenant();
    if (!only) co_return co_await billed_tenant_after(shard.pool(), caller.view(), cursor.tenant(), caller.deadline);
    if (cursor.tenant() == only) co_return std::nullopt;
    co_return only;
}

Task<Result<admin_v1::BillMonthReply>> bill_month(AuthShard& shard, Caller caller, const admin_v1::BillMonthRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const auto month = parse_month(request.month());
    if (!month) co_return unexpected(Fault::syntax, "a month is YYYY-MM");
    const auto& format = request.format();
    if (!format.empty() && format != "csv" && format != "json") co_return unexpected(Fault::syntax, "the format is csv or json");
    TenantId only;
    if (!request.tenant().empty()) {
        auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
        if (!tenant) co_return forward(tenant);
        only = tenant->id;
    }
    auto lists = co_await price_lists(shard.pool(), caller.view(), caller.deadline);
    if (!lists) co_return forward(lists);
    Document document{format.empty() ? Shape::lines : format == "csv" ? Shape::csv : Shape::json, *month, {}};
    Cursor cursor = parse_cursor(request.page().after());
    if (request.page().after().empty()) document.open();
    auto left = static_cast<std::size_t>(page_of(request.page()).size);
    for (int tenants = 0; left > 0 && tenants < most_tenants; ++tenants) {
        auto tenant = co_await next_tenant(shard, caller, cursor, only);
        if (!tenant) co_return forward(tenant);
        if (!*tenant) {
            document.close();
            co_return std::move(document.reply);
        }
        auto rows = co_await month_of(shard.pool(), caller.view(), **tenant, *month, caller.deadline);
        if (!rows) co_return forward(rows);
        const auto lines = statement(*month, std::move(*rows), *lists);
        const auto given = std::min(lines.size(), static_cast<std::size_t>(cursor.numbers[1]));
        const auto now = std::span(lines).subspan(given, std::min(left, lines.size() - given));
        document.add(now, cursor.numbers[2] == 0 ? Position::first : Position::later);
        left -= now.size();
        const bool whole = given + now.size() == lines.size();
        cursor = {{(*tenant)->value, whole ? 0 : static_cast<std::int64_t>(given + now.size()),
                   cursor.numbers[2] + static_cast<std::int64_t>(now.size())}};
    }
    document.reply.set_next(cursor_text(cursor));
    co_return std::move(document.reply);
}

Task<Result<admin_v1::ListUsageReply>> list_usage(AuthShard& shard, Caller caller, const admin_v1::ListUsageRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    std::optional<Day> day;
    if (!request.day().empty()) {
        day = parse_day(request.day());
        if (!day) co_return unexpected(Fault::syntax, "a day is YYYY-MM-DD");
    } else {
        auto last = co_await last_day(shard.pool(), caller.deadline);
        if (!last) co_return forward(last);
        day = *last;
    }
    admin_v1::ListUsageReply reply;
    if (!day) co_return reply;  // nothing was counted yet
    reply.set_day(text_of(*day));
    const Cursor cursor = parse_cursor(request.page().after() + ":0");
    UsagePage page{
        .tenant = {}, .after_tenant = cursor.tenant(), .after_account = AccountId(cursor.numbers[1]), .size = page_of(request.page()).size};
    if (!request.tenant().empty()) {
        auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
        if (!tenant) co_return forward(tenant);
        page.tenant = tenant->id;
    }
    auto rows = co_await usage_of(shard.pool(), caller.view(), *day, page, caller.deadline);
    if (!rows) co_return forward(rows);
    for (const auto& row : *rows) {
        auto& out = *reply.add_usages();
        out.set_tenant(row.day.tenant);
        out.set_address(row.day.address);
        out.set_kind(row.kind);
        out.set_state(row.day.state);
        out.set_plan(row.day.plan);
        out.set_used_bytes(row.day.used_octets);
        out.set_day(reply.day());
    }
    if (rows->size() == static_cast<std::size_t>(page.size))
        reply.set_next(std::to_string(rows->back().day.tenant_id) + ":" + std::to_string(rows->back().day.account));
    co_return reply;
}
}  // namespace

void serve_billing(AdminMethods& methods) {
    methods.add(&bill_month);
    methods.add(&list_usage);
}

}  // namespace sky::auth
