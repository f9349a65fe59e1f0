#include "auth/store/plans.h"

#include "auth/store/days.h"
#include "auth/store/tenants.h"

namespace sky::auth {
namespace {
#define SKY_PLAN_COLUMNS                                                                                                               \
    "l.plan_id, coalesce(l.reseller_id, 0), coalesce((select o.name from directory.tenant o where o.tenant_id = l.reseller_id), ''), " \
    "l.name, l.storage_octets, l.storage, l.protocols, l.sends_hour, l.sends_day, l.recipients, l.retention_days, l.proration, "       \
    "l.created_at, coalesce(to_char(l.last_used, 'YYYY-MM-DD'), '')"

constexpr pg::Statement by_name{"directory.plan", "select " SKY_PLAN_COLUMNS
                                                  " from directory.plan l where l.name = $2 and (coalesce(l.reseller_id, 0) = $1 or "
                                                  "($3 and l.reseller_id is null)) order by l.reseller_id nulls last limit 1"};
constexpr pg::Statement by_id{"directory.plan_by_id", "select " SKY_PLAN_COLUMNS " from directory.plan l where l.plan_id = $1"};
constexpr pg::Statement after{"directory.plans",
                              "select " SKY_PLAN_COLUMNS
                              " from directory.plan l where l.plan_id > $1 and ($2 = 0 or l.reseller_id = $2) order by l.plan_id limit $3"};
constexpr pg::Statement add{"directory.add_plan",
                            "insert into directory.plan (reseller_id, name, storage_octets, storage, protocols, sends_hour, sends_day, "
                            "recipients, retention_days, proration) values (nullif($1, 0), $2, $3, $4, $5, $6, $7, $8, $9, $10) "
                            "returning plan_id"};
// Bills of days that are gone are computed from the plan as it is now, so what they are made of stays.
constexpr pg::Statement change{
    "directory.change_plan",
    "update directory.plan set name = $2, storage_octets = $3, storage = $4, protocols = $5, sends_hour = $6, sends_day = $7, "
    "recipients = $8, retention_days = $9, proration = $10 "
    "where plan_id = $1 and (last_used is null or (storage = $4 and proration = $10))"};
constexpr pg::Statement remove{"directory.remove_plan", "delete from directory.plan where plan_id = $1 and last_used is null"};
constexpr pg::Statement set_price{
    "directory.put_price",
    "insert into directory.plan_price (plan_id, valid_from, minor_units, currency, tax_name, tax_basis_points) "
    "values ($1, date '1970-01-01' + $2, $3, $4, $5, $6) on conflict (plan_id, valid_from) do update "
    "set minor_units = excluded.minor_units, currency = excluded.currency, tax_name = excluded.tax_name, "
    "tax_basis_points = excluded.tax_basis_points"};
constexpr pg::Statement prices{"directory.prices",
                               "select plan_id, valid_from - date '1970-01-01', minor_units, currency, tax_name, tax_basis_points "
                               "from directory.plan_price where ($1 = 0 or plan_id = $1) order by plan_id, valid_from"};
constexpr pg::Statement in_force{"directory.plan_in_force",
                                 "select a.account_id, " SKY_PLAN_COLUMNS
                                 " from directory.account a join directory.tenant t on t.tenant_id = a.tenant_id "
                                 "left join directory.plan l on l.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id) "
                                 "where a.tenant_id = $1 and a.account_id = $2"};

PlanRow plan_of(const pg::Row& row, int first = 0) {
    return {.id = row.get<std::int64_t>(first),
            .owner_id = row.get<TenantId>(first + 1),
            .owner = row.get<std::string>(first + 2),
            .name = row.get<std::string>(first + 3),
            .storage_octets = row.get<std::int64_t>(first + 4),
            .storage = row.get<std::string>(first + 5),
            .protocols = row.get<std::vector<std::string>>(first + 6),
            .sends_hour = row.get<std::int32_t>(first + 7),
            .sends_day = row.get<std::int32_t>(first + 8),
            .recipients = row.get<std::int32_t>(first + 9),
            .retention_days = row.get<std::optional<std::int32_t>>(first + 10),
            .proration = row.get<std::string>(first + 11),
            .created = row.get<Time>(first + 12),
            .last_used = row.get<std::string>(first + 13)};
}

Result<PlanRow> only(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    if (rows->empty()) return unexpected(Fault::not_found, "no such plan");
    return plan_of((*rows)[0]);
}

Error taken(Error error) {
    if (error.fault == Fault::already_exists) error.text = "a plan of this name exists already";
    return error;
}
}  // namespace

Task<Result<PlanRow>> find_plan(pg::Pool& pool, TenantId view, TenantId owner, const std::string& name, Fallback fallback,
                                pg::Deadline deadline) {
    co_return only(co_await pool.query(view, by_name, pg::params(owner, name, fallback == Fallback::or_providers), deadline));
}

Task<Result<std::vector<PlanRow>>> list_plans(pg::Pool& pool, TenantId view, TenantId owner, Page page, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, after, pg::params(number_of(page.after), owner, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<PlanRow> out;
    for (const auto row : *rows) out.push_back(plan_of(row));
    co_return out;
}

Task<Result<PlanRow>> insert_plan(pg::Transaction& transaction, const PlanRow& plan) {
    auto rows =
        co_await transaction.query(add, pg::params(plan.owner_id, plan.name, plan.storage_octets, plan.storage, plan.protocols,
                                                   plan.sends_hour, plan.sends_day, plan.recipients, plan.retention_days, plan.proration));
    if (!rows) co_return unexpected(taken(rows.error()));
    co_return only(co_await transaction.query(by_id, pg::params((*rows)[0].get<std::int64_t>(0))));
}

Task<Result<PlanRow>> update_plan(pg::Transaction& transaction, const PlanRow& plan) {
    auto rows = co_await transaction.query(
        change, pg::params(plan.id, plan.name, plan.storage_octets, plan.storage, plan.protocols, plan.sends_hour, plan.sends_day,
                           plan.recipients, plan.retention_days, plan.proration));
    if (!rows) co_return unexpected(taken(rows.error()));
    auto now = only(co_await transaction.query(by_id, pg::params(plan.id)));
    if (now && rows->affected() == 0)
        co_return unexpected(Fault::conflict, "mailboxes were on this plan: its storage and proration stay, for their bills");
    co_return now;
}

Task<Result<bool>> delete_plan(pg::Transaction& transaction, std::int64_t id) {
    auto rows = co_await transaction.query(remove, pg::params(id));
    if (!rows) co_return unexpected(in_use(rows.error(), "tenants or mailboxes are on this plan: give them another one first"));
    if (rows->affected() > 0) co_return true;
    auto left = only(co_await transaction.query(by_id, pg::params(id)));
    if (left) co_return unexpected(Fault::conflict, "mailboxes were on this plan until " + left->last_used + ": it stays, for their bills");
    if (left.error().fault == Fault::not_found) co_return false;
    co_return forward(left);
}

Task<Result<void>> put_price(pg::Transaction& transaction, const PriceRow& row) {
    auto done = co_await transaction.query(set_price, pg::params(row.plan, number_of(row.valid_from), row.price.minor_units,
                                                                 row.price.currency, row.price.tax_name, row.price.tax_basis_points));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<std::vector<PriceRow>>> list_prices(pg::Pool& pool, TenantId view, std::int64_t plan, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, prices, pg::params(plan), deadline);
    if (!rows) co_return forward(rows);
    std::vector<PriceRow> out;
    for (const auto row : *rows)
        out.push_back({row.get<std::int64_t>(0), day_of(row.get<std::int32_t>(1)),
                       Price{.minor_units = row.get<std::int64_t>(2),
                             .currency = row.get<std::string>(3),
                             .tax_name = row.get<std::string>(4),
                             .tax_basis_points = row.get<std::int32_t>(5)}});
    co_return out;
}

Task<Result<std::optional<PlanRow>>> effective_plan(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline) {
    auto rows = co_await pool.query(tenant, in_force, pg::params(tenant, account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    const auto row = (*rows)[0];
    if (row.is_null(1)) co_return std::nullopt;
    co_return plan_of(row, 1);
}

}  // namespace sky::auth
