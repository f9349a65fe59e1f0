#include "auth/store/usage.h"

#include "auth/store/days.h"
#include "auth/store/plans.h"

namespace sky::auth {
namespace {
#define SKY_DAY(number) "(date '1970-01-01' + $" #number "::int)"

constexpr pg::Statement claim{"directory.claim_day",
                              "insert into directory.usage_day as u (day) values (" SKY_DAY(1) ")"
                              " on conflict (day) do update set claimed_at = clock_timestamp() "
                              "where u.recorded_at is null and u.claimed_at < clock_timestamp() - interval '5 minutes' returning true"};
constexpr pg::Statement renew{"directory.renew_day",
                              "update directory.usage_day set claimed_at = clock_timestamp() where day = " SKY_DAY(1)};
constexpr pg::Statement finish{
    "directory.finish_day",
    "insert into directory.usage_day as u (day, recorded_at) values (" SKY_DAY(
        1) ", clock_timestamp()) on conflict (day) do update set recorded_at = coalesce(u.recorded_at, clock_timestamp())"};
constexpr pg::Statement last{"directory.last_day",
                             "select max(day) - date '1970-01-01' from directory.usage_day where recorded_at is not null"};
constexpr pg::Statement tenants{"directory.tenants_to_count",
                                "select tenant_id from directory.tenant where tenant_id > $1 order by tenant_id limit $2"};
constexpr pg::Statement to_count{
    "directory.accounts_to_count",
    "select a.account_id from directory.account a where a.tenant_id = $1 and a.account_id > $2 "
    "and a.created_at < (" SKY_DAY(3) " + 1)::timestamp at time zone 'utc' "
    "and not exists (select from directory.mailbox_day d where d.tenant_id = $1 and d.day = " SKY_DAY(3) " and d.account_id = a.account_id) "
    "order by a.account_id limit $4"};
// A closing organisation is not served any more and pays for nothing; a suspended one keeps its mail, and pays.
constexpr pg::Statement count{
    "directory.count_day",
    "insert into directory.mailbox_day (tenant_id, day, account_id, address, kind, state, plan_id, plan, used_octets, tenant) "
    "select a.tenant_id, " SKY_DAY(2) ", a.account_id, a.address, a.kind, case t.state when 'closing' then t.state else a.state end, "
    "f.plan_id, coalesce(p.name, ''), u.octets, t.name "
    "from unnest($3::bigint[], $4::bigint[]) as u (account_id, octets) "
    "join directory.account a on a.tenant_id = $1 and a.account_id = u.account_id join directory.tenant t on t.tenant_id = a.tenant_id "
    "cross join lateral (select directory.plan_in_force(a.kind, a.plan_id, t.plan_id) as plan_id) f "
    "left join directory.plan p on p.plan_id = f.plan_id on conflict (tenant_id, day, account_id) do nothing"};
constexpr pg::Statement mark{"directory.use_plans", "select directory.use_plans($1, " SKY_DAY(2) ")"};
constexpr pg::Statement next_counted{"directory.counted_tenant_after",
                                     "select min(tenant_id) from directory.mailbox_day where tenant_id > $1"};
constexpr pg::Statement next_seen{"directory.seen_tenant_after", "select min(tenant_id) from directory.tenant where tenant_id > $1"};
#define SKY_DAY_COLUMNS                                                                                                                   \
    "d.tenant_id, d.tenant, d.day - date '1970-01-01', d.account_id, d.address, d.state, coalesce(d.plan_id, 0), d.plan, d.used_octets, " \
    "d.kind"
constexpr pg::Statement month_rows{
    "directory.month", "select " SKY_DAY_COLUMNS " from directory.mailbox_day d where d.tenant_id = $1 and d.day between " SKY_DAY(
                           2) " and " SKY_DAY(3) " and (d.kind in ('user', 'service') or d.plan_id is not null)"};
constexpr pg::Statement day_rows{"directory.day",
                                 "select " SKY_DAY_COLUMNS " from directory.mailbox_day d where d.day = " SKY_DAY(
                                     1) " and ($2 = 0 or d.tenant_id = $2) and (d.tenant_id, d.account_id) > ($3, $4) "
                                        "order by d.tenant_id, d.account_id limit $5"};
constexpr pg::Statement kinds_of_plans{"directory.plans_of_bills", "select plan_id, proration, storage from directory.plan"};

UsageRow usage_row(const pg::Row& row) {
    return {.day = {.tenant_id = row.get<std::int64_t>(0),
                    .tenant = row.get<std::string>(1),
                    .day = day_of(row.get<std::int32_t>(2)),
                    .account = row.get<std::int64_t>(3),
                    .address = row.get<std::string>(4),
                    .state = row.get<std::string>(5),
                    .plan_id = row.get<std::int64_t>(6),
                    .plan = row.get<std::string>(7),
                    .used_octets = row.get<std::int64_t>(8)},
            .kind = row.get<std::string>(9)};
}

Result<void> done(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    return {};
}
}  // namespace

Task<Result<bool>> claim_day(pg::Pool& pool, Day day, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, claim, pg::params(number_of(day)), deadline);
    if (!rows) co_return forward(rows);
    co_return !rows->empty();
}

Task<Result<void>> renew_claim(pg::Pool& pool, Day day, pg::Deadline deadline) {
    co_return done(co_await pool.query(TenantId{}, renew, pg::params(number_of(day)), deadline));
}

Task<Result<void>> finish_day(pg::Pool& pool, Day day, pg::Deadline deadline) {
    co_return done(co_await pool.query(TenantId{}, finish, pg::params(number_of(day)), deadline));
}

Task<Result<std::optional<Day>>> last_day(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, last, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    const auto number = (*rows)[0].get<std::optional<std::int32_t>>(0);
    if (!number) co_return std::nullopt;
    co_return day_of(*number);
}

Task<Result<std::vector<TenantId>>> tenants_after(pg::Pool& pool, TenantId after, std::int64_t size, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, tenants, pg::params(after, size), deadline);
    if (!rows) co_return forward(rows);
    std::vector<TenantId> out;
    for (const auto row : *rows) out.push_back(row.get<TenantId>(0));
    co_return out;
}

Task<Result<std::vector<AccountId>>> uncounted(pg::Pool& pool, TenantId tenant, Day day, AccountId after, std::int64_t size,
                                               pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, to_count, pg::params(tenant, after, number_of(day), size), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AccountId> out;
    for (const auto row : *rows) out.push_back(row.get<AccountId>(0));
    co_return out;
}

Task<Result<std::int64_t>> insert_days(pg::Pool& pool, TenantId tenant, Day day, const Used& used, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, count, pg::params(tenant, number_of(day), used.accounts, used.octets), deadline);
    if (!rows) co_return forward(rows);
    co_return rows->affected();
}

Task<Result<void>> use_plans(pg::Pool& pool, TenantId tenant, Day day, pg::Deadline deadline) {
    co_return done(co_await pool.query(tenant, mark, pg::params(tenant, number_of(day)), deadline));
}

Task<Result<std::optional<TenantId>>> billed_tenant_after(pg::Pool& pool, TenantId view, TenantId after, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, view ? next_seen : next_counted, pg::params(after), deadline);
    if (!rows) co_return forward(rows);
    if ((*rows)[0].is_null(0)) co_return std::nullopt;
    co_return (*rows)[0].get<TenantId>(0);
}

Task<Result<std::vector<MailboxDay>>> month_of(pg::Pool& pool, TenantId view, TenantId tenant, Month month, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, month_rows, pg::params(tenant, number_of(month.first()), number_of(month.last())), deadline);
    if (!rows) co_return forward(rows);
    std::vector<MailboxDay> out;
    out.reserve(rows->size());
    for (const auto row : *rows) out.push_back(usage_row(row).day);
    co_return out;
}

Task<Result<PriceLists>> price_lists(pg::Pool& pool, TenantId view, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, kinds_of_plans, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    auto prices = co_await list_prices(pool, view, 0, deadline);
    if (!prices) co_return forward(prices);
    PriceLists out;
    for (const auto row : *rows) {
        PriceList& list = out[row.get<std::int64_t>(0)];
        list.proration = row.raw(1) == "daily" ? Proration::daily : Proration::full_month;
        list.storage = row.raw(2) == "pooled" ? Storage::pooled : Storage::mailbox;
    }
    for (auto& row : *prices)
        if (const auto list = out.find(row.plan); list != out.end()) list->second.prices.emplace(row.valid_from, std::move(row.price));
    co_return out;
}

Task<Result<std::vector<UsageRow>>> usage_of(pg::Pool& pool, TenantId view, Day day, const UsagePage& page, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, day_rows,
                                    pg::params(number_of(day), page.tenant, page.after_tenant, page.after_account, page.size), deadline);
    if (!rows) co_return forward(rows);
    std::vector<UsageRow> out;
    for (const auto row : *rows) out.push_back(usage_row(row));
    co_return out;
}

}  // namespace sky::auth
