#include "auth/limits/in_force.h"

#include "auth/shard.h"
#include "auth/store/changes.h"
#include "auth/store/limits.h"
#include "auth/store/tenants.h"
#include "sky/mailstore/accounts.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;
constexpr auto patience = 60s;  // of one tenant

mailstore::Limits limits_of(const AccountLimits& row, const AuthShard& shard) {
    mailstore::Limits out{.account = row.account,
                          .quota_octets = shard.default_quota(),
                          .retention_days = row.plan != 0 ? row.retention_days : shard.default_retention_days()};
    if (row.own_quota)
        out.quota_octets = *row.own_quota;
    else if (row.pooled)
        out.pool = row.plan;
    else if (row.plan != 0)
        out.quota_octets = row.storage_octets;
    return out;
}

Task<Result<void>> compute(AuthShard& shard, TenantId tenant) {
    auto transaction = co_await shard.pool().begin(tenant, after(patience));
    if (!transaction) co_return forward(transaction);
    auto name = co_await take_due(*transaction, tenant);
    if (!name) co_return forward(name);
    if (!*name) co_return Result<void>{};  // another replica was faster
    if (auto set = co_await put_limits_in_force(shard, *transaction, tenant, {}); !set) co_return set;
    auto accounts = co_await account_ids(*transaction, tenant);
    if (!accounts) co_return forward(accounts);
    auto version =
        co_await record(*transaction, {.name = "auth", .peer = {}},
                        {.tenant = tenant, .action = "tenant.limits", .object = std::move(**name), .account_ids = std::move(*accounts)});
    if (!version) co_return forward(version);
    auto committed = co_await transaction->commit();
    if (committed) shard.changed();
    co_return committed;
}
}  // namespace

Task<Result<void>> put_limits_in_force(AuthShard& shard, pg::Transaction& transaction, TenantId tenant, std::optional<AccountId> only) {
    auto rows = co_await lock_limits(transaction, tenant, only);
    if (!rows) co_return forward(rows);
    auto plans = co_await plan_pools(transaction, tenant);
    if (!plans) co_return forward(plans);
    std::vector<mailstore::Limits> accounts;
    for (const auto& row : *rows) accounts.push_back(limits_of(row, shard));
    std::vector<mailstore::PoolLimit> pools;
    for (const auto& plan : *plans) pools.push_back({plan.plan, plan.octets});
    co_return co_await mailstore::set_limits(transaction, tenant, accounts, pools);
}

Task<void> keep_limits_in_force(AuthShard& shard) {
    for (;;) {
        // Each look at the database's version is an occasion; so is a second without one.
        co_await shard.watcher().looked().wait_past(shard.watcher().looked().count(), after(1s));
        TenantId from;
        for (;;) {
            auto tenant = co_await next_due(shard.pool(), from, after(patience));
            if (!tenant) log::warning("auth.limits.failed", {{"reason", tenant.error().reason}});
            if (!tenant || !*tenant) break;
            from = **tenant;  // one that fails is not in the way of the others
            if (auto done = co_await compute(shard, from); !done)
                log::warning("auth.limits.failed", {{"tenant", from}, {"reason", done.error().reason}});
        }
    }
}

}  // namespace sky::auth
