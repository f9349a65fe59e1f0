#pragma once
// One row a mailbox and day: who had which plan, and how much room it took. Written for a day that ended, read for bills.
#include <optional>
#include <string>
#include <vector>

#include "auth/billing/statement.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// True: the day is yet to be counted, and by the caller. Another's claim counts for five minutes after its last renewal.
Task<Result<bool>> claim_day(pg::Pool& pool, Day day, pg::Deadline deadline);
Task<Result<void>> renew_claim(pg::Pool& pool, Day day, pg::Deadline deadline);
Task<Result<void>> finish_day(pg::Pool& pool, Day day, pg::Deadline deadline);
// The newest day that is counted to its end.
Task<Result<std::optional<Day>>> last_day(pg::Pool& pool, pg::Deadline deadline);

// In the order of their ids, above `after`, at most `size`.
Task<Result<std::vector<TenantId>>> tenants_after(pg::Pool& pool, TenantId after, std::int64_t size, pg::Deadline deadline);
// Accounts that were made before the day ended and have no row yet, above `after`, at most `size`.
Task<Result<std::vector<AccountId>>> uncounted(pg::Pool& pool, TenantId tenant, Day day, AccountId after, std::int64_t size,
                                               pg::Deadline deadline);
struct Used {
    std::vector<std::int64_t> accounts, octets;  // side by side
};
// Rows that are there already stay. Returns how many were written.
Task<Result<std::int64_t>> insert_days(pg::Pool& pool, TenantId tenant, Day day, const Used& used, pg::Deadline deadline);
// After all rows of the tenant's day: its plans are needed by bills from now on.
Task<Result<void>> use_plans(pg::Pool& pool, TenantId tenant, Day day, pg::Deadline deadline);

// The next tenant above `after` that may have rows, as far as the view shows; nothing: no more. Of the platform's view also tenants that
// are gone.
Task<Result<std::optional<TenantId>>> billed_tenant_after(pg::Pool& pool, TenantId view, TenantId after, pg::Deadline deadline);
// A month of one tenant: of those who sign in, and of whatever else is on a plan.
Task<Result<std::vector<MailboxDay>>> month_of(pg::Pool& pool, TenantId view, TenantId tenant, Month month, pg::Deadline deadline);
// Of all plans that the view shows.
Task<Result<PriceLists>> price_lists(pg::Pool& pool, TenantId view, pg::Deadline deadline);

// What one day's rows say, by tenant and account, above these.
struct UsageRow {
    MailboxDay day;
    std::string kind;
};
struct UsagePage {
    TenantId tenant;  // only this one's; nothing: all that the view shows
    TenantId after_tenant;
    AccountId after_account;
    std::int64_t size = 100;
};
Task<Result<std::vector<UsageRow>>> usage_of(pg::Pool& pool, TenantId view, Day day, const UsagePage& page, pg::Deadline deadline);

}  // namespace sky::auth
