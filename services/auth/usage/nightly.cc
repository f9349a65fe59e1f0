#include "auth/usage/nightly.h"

#include <chrono>
#include <map>

#include "auth/store/days.h"
#include "auth/store/usage.h"
#include "sky/async/timer.h"
#include "sky/base/clock.h"
#include "sky/mailstore/accounts.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;
constexpr std::int64_t batch = 1000;
constexpr auto patience = 30s;  // of one statement

// The batch behind `from`, which moves on; false: there was none.
Task<Result<bool>> count_batch(pg::Pool& pool, TenantId tenant, Day day, AccountId& from, std::int64_t& written) {
    auto accounts = co_await uncounted(pool, tenant, day, from, batch, after(patience));
    if (!accounts) co_return forward(accounts);
    if (accounts->empty()) co_return false;
    auto octets = co_await mailstore::used_octets(pool, tenant, *accounts, after(patience));
    if (!octets) co_return forward(octets);
    Used used;
    for (const auto account : *accounts) {
        const auto found = octets->find(account);
        used.accounts.push_back(account.value);
        used.octets.push_back(found == octets->end() ? 0 : found->second);
    }
    auto done = co_await insert_days(pool, tenant, day, used, after(patience));
    if (!done) co_return forward(done);
    written += *done;
    from = accounts->back();
    co_return true;
}

Task<Result<void>> count_tenant(pg::Pool& pool, TenantId tenant, Day day, std::int64_t& written) {
    AccountId from;
    for (;;) {
        auto more = co_await count_batch(pool, tenant, day, from, written);
        if (!more) co_return forward(more);
        if (auto renewed = co_await renew_claim(pool, day, after(patience)); !renewed) co_return forward(renewed);
        if (!*more) break;
    }
    co_return co_await use_plans(pool, tenant, day, after(patience));
}

Task<Result<void>> record_if_unclaimed(pg::Pool& pool, Day day) {
    auto mine = co_await claim_day(pool, day, after(patience));
    if (!mine) co_return forward(mine);
    if (!*mine) co_return Result<void>{};
    auto written = co_await record_day(pool, day);
    if (!written) co_return forward(written);
    log::info("auth.usage.recorded", {{"day", text_of(day)}, {"mailboxes", *written}});
    co_return Result<void>{};
}
}  // namespace

Task<Result<std::int64_t>> record_day(pg::Pool& pool, Day day) {
    std::int64_t written = 0;
    TenantId from;
    for (;;) {
        auto tenants = co_await tenants_after(pool, from, batch, after(patience));
        if (!tenants) co_return forward(tenants);
        if (tenants->empty()) break;
        for (const auto tenant : *tenants)
            if (auto counted = co_await count_tenant(pool, tenant, day, written); !counted) co_return forward(counted);
        from = tenants->back();
    }
    if (auto finished = co_await finish_day(pool, day, after(patience)); !finished) co_return forward(finished);
    co_return written;
}

Task<void> record_days(pg::Pool& pool) {
    const SystemClock clock;
    for (;;) {
        const Day yesterday = std::chrono::floor<std::chrono::days>(clock.now()) - std::chrono::days(1);
        if (auto done = co_await record_if_unclaimed(pool, yesterday); !done)
            log::warning("auth.usage.failed", {{"day", text_of(yesterday)}, {"reason", done.error().reason}});
        co_await sleep_for(5min);
    }
}

}  // namespace sky::auth
