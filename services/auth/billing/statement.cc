#include "auth/billing/statement.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace sky::auth {
namespace {
struct Part {
    const MailboxDay* last = nullptr;  // for the plan's name
    const Price* price = nullptr;
    int days = 0;
};
// Plan and the day its price began (nothing: no price).
using PartKey = std::pair<std::int64_t, std::optional<Day>>;
// By day; of two rows on one day (removed and made again) the later account's counts.
using Days = std::map<Day, const MailboxDay*>;

std::string fraction(int days, int of) {
    const std::int64_t millionths = divide_half_up(std::int64_t{days} * 1'000'000, of);
    if (millionths == 1'000'000) return "1";
    std::string digits = std::to_string(millionths);
    digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
    digits.erase(digits.find_last_not_of('0') + 1);
    return "0." + digits;
}

std::map<PartKey, Part> parts_of(const Days& days, const PriceLists& lists) {
    std::map<PartKey, Part> parts;
    for (const auto& [day, row] : days) {
        if (row->state != "active") continue;
        PartKey key{row->plan_id, std::nullopt};
        const Price* price = nullptr;
        if (const auto list = lists.find(row->plan_id); list != lists.end()) {
            const auto next = list->second.prices.upper_bound(day);
            if (next != list->second.prices.begin()) {
                key.second = std::prev(next)->first;
                price = &std::prev(next)->second;
            }
        }
        Part& part = parts[key];
        part.last = row;
        part.price = price;
        ++part.days;
    }
    return parts;
}

bool is_full_month(const PriceLists& lists, std::int64_t plan) {
    const auto list = lists.find(plan);
    return list != lists.end() && list->second.proration == Proration::full_month;
}

void add_mailbox(std::vector<Line>& lines, Month month, const std::string& name, const Days& days, const PriceLists& lists) {
    const auto parts = parts_of(days, lists);
    int full_month_days = 0;
    for (const auto& [key, part] : parts)
        if (is_full_month(lists, key.first)) full_month_days += part.days;
    std::map<std::pair<std::string, PartKey>, Part> by_name;
    for (const auto& [key, part] : parts) by_name[{part.last->plan, key}] = part;
    for (const auto& [named, part] : by_name) {
        const auto& key = named.second;
        const int of = is_full_month(lists, key.first) ? full_month_days : month.days();
        Line line{.tenant_id = part.last->tenant_id,
                  .tenant = part.last->tenant,
                  .plan = part.last->plan,
                  .mailbox = name,
                  .days = part.days,
                  .quantity = fraction(part.days, of)};
        if (part.price) {
            line.price = *part.price;
            line.amount = with_tax(divide_half_up(part.price->minor_units * part.days, of), part.price->tax_basis_points);
        }
        lines.push_back(std::move(line));
    }
}

void add_pools(std::vector<Line>& lines, Month month, std::span<const MailboxDay> rows, const PriceLists& lists) {
    struct Pool {
        std::int64_t octets = 0;
        std::set<Day> days;
        const MailboxDay* last = nullptr;
    };
    std::map<std::int64_t, Pool> pools;
    for (const auto& row : rows) {
        const auto list = lists.find(row.plan_id);
        if (list == lists.end() || list->second.storage != Storage::pooled) continue;
        Pool& pool = pools[row.plan_id];
        pool.octets += row.used_octets;
        pool.days.insert(row.day);
        pool.last = &row;
    }
    for (const auto& [plan, pool] : pools)
        lines.push_back({.tenant_id = pool.last->tenant_id,
                         .tenant = pool.last->tenant,
                         .plan = pool.last->plan,
                         .mailbox = {},
                         .unit = Unit::average_octets,
                         .days = static_cast<int>(pool.days.size()),
                         .quantity = std::to_string(divide_half_up(pool.octets, month.days())),
                         .price = {},
                         .amount = {}});
}

// Rows of one tenant, by day and account.
void add_tenant(std::vector<Line>& lines, Month month, std::span<const MailboxDay> rows, const PriceLists& lists) {
    std::map<std::int64_t, const std::string*> last_address;
    for (const auto& row : rows) last_address[row.account] = &row.address;
    std::map<std::string, Days> mailboxes;
    for (const auto& row : rows) mailboxes[*last_address.at(row.account)][row.day] = &row;
    for (const auto& [name, days] : mailboxes) add_mailbox(lines, month, name, days, lists);
    add_pools(lines, month, rows, lists);
}
}  // namespace

std::vector<Line> statement(Month month, std::vector<MailboxDay> rows, const PriceLists& lists) {
    std::erase_if(rows, [&](const MailboxDay& row) { return !month.has(row.day); });
    const auto order = [](const MailboxDay& row) { return std::tie(row.tenant, row.tenant_id, row.day, row.account); };
    std::ranges::sort(rows, [&](const MailboxDay& a, const MailboxDay& b) { return order(a) < order(b); });
    std::vector<Line> lines;
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin;
        while (end < rows.size() && rows[end].tenant_id == rows[begin].tenant_id) ++end;
        add_tenant(lines, month, std::span(rows).subspan(begin, end - begin), lists);
        begin = end;
    }
    return lines;
}

}  // namespace sky::auth
