#pragma once
// What is sold: plans of the provider and of resellers, their prices, and which one applies to an account. Row-level security shows a
// reader the provider's plans and those of its reseller, and lets only the owner write (migrations/0008).
#include <optional>
#include <string>
#include <vector>

#include "auth/billing/money.h"
#include "auth/billing/month.h"
#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct PlanRow {
    std::int64_t id = 0;
    TenantId owner_id;  // the reseller; nothing: the provider
    std::string owner;  // its name; empty: the provider
    std::string name;
    std::int64_t storage_octets = 0;
    std::string storage = "mailbox";  // mailbox, pooled
    std::vector<std::string> protocols;
    std::int32_t sends_hour = 0, sends_day = 0;  // 0: no limit
    std::int32_t recipients = 100;               // of one message
    std::optional<std::int32_t> retention_days;  // nothing: kept
    std::string proration = "full_month";        // full_month, daily
    Time created;
    std::string last_used;  // a day; empty: never
};

// Whose plan of that name: the owner's, and where `or_providers` the provider's if the owner has none. Fault::not_found.
enum class Fallback { none, or_providers };
Task<Result<PlanRow>> find_plan(pg::Pool& pool, TenantId view, TenantId owner, const std::string& name, Fallback fallback,
                                pg::Deadline deadline);
// By id, above page.after. `owner`: only this reseller's; nothing: all that the view shows.
Task<Result<std::vector<PlanRow>>> list_plans(pg::Pool& pool, TenantId view, TenantId owner, Page page, pg::Deadline deadline);

// Writes work in a transaction of the owner.
Task<Result<PlanRow>> insert_plan(pg::Transaction& transaction, const PlanRow& plan);
// All but id, owner and created. Fault::conflict when bills need it as it is.
Task<Result<PlanRow>> update_plan(pg::Transaction& transaction, const PlanRow& plan);
// False: it was gone already. Fault::conflict when it is in use, or bills need it.
Task<Result<bool>> delete_plan(pg::Transaction& transaction, std::int64_t id);

struct PriceRow {
    std::int64_t plan = 0;
    Day valid_from;
    Price price;
};
// Replaces the price of the same day.
Task<Result<void>> put_price(pg::Transaction& transaction, const PriceRow& price);
// Of one plan, by day; of 0: of all plans that the view shows.
Task<Result<std::vector<PriceRow>>> list_prices(pg::Pool& pool, TenantId view, std::int64_t plan, pg::Deadline deadline);

// What an account may do by its plan: its own, else its tenant's; nothing: it has none, and no limits. Fault::not_found for no account.
Task<Result<std::optional<PlanRow>>> effective_plan(pg::Pool& pool, TenantId tenant, AccountId account, pg::Deadline deadline);

}  // namespace sky::auth
