#include "sky/mailstore/upkeep.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement collect{"mailstore.collect_blobs", "select mail.collect_blobs($1)"};
constexpr pg::Statement purge{"mailstore.purge_deleted", "select mail.purge_deleted($1)"};
constexpr pg::Statement leftovers{"mailstore.collect_leftovers", "select mail.collect_leftovers()"};
constexpr pg::Statement make_partitions{"mailstore.make_partitions", "select mail.make_log_partitions()"};
constexpr pg::Statement raise_floors{"mailstore.raise_floors", "select mail.raise_log_floors(current_date - $1::integer, 1000)"};
constexpr pg::Statement drop_partitions{"mailstore.drop_partitions", "select mail.drop_log_partitions(current_date - $1::integer)"};

}  // namespace

Task<Result<std::int64_t>> collect_garbage(pg::Pool& pool, std::int32_t limit, Deadline deadline) {
    auto deleted = co_await pool.query(TenantId{}, collect, pg::params(limit), deadline);
    if (!deleted) co_return forward(deleted);
    auto rest = co_await pool.query(TenantId{}, leftovers, pg::Params{}, deadline);
    if (!rest) co_return forward(rest);
    co_return (*deleted)[0].get<std::int64_t>(0);
}

Task<Result<std::int64_t>> purge_deleted(pg::Pool& pool, std::int32_t limit, Deadline deadline) {
    auto purged = co_await pool.query(TenantId{}, purge, pg::params(limit), deadline);
    if (!purged) co_return forward(purged);
    co_return (*purged)[0].get<std::int64_t>(0);
}

Task<Result<void>> rotate_log(pg::Pool& pool, std::chrono::days keep, Deadline deadline) {
    const auto days = static_cast<std::int32_t>(keep.count());
    auto made = co_await pool.query(TenantId{}, make_partitions, pg::Params{}, deadline);
    if (!made) co_return forward(made);
    for (;;) {
        auto raised = co_await pool.query(TenantId{}, raise_floors, pg::params(days), deadline);
        if (!raised) co_return forward(raised);
        if ((*raised)[0].get<std::int32_t>(0) == 0) break;
    }
    auto dropped = co_await pool.query(TenantId{}, drop_partitions, pg::params(days), deadline);
    if (!dropped) co_return forward(dropped);
    co_return Result<void>{};
}

}  // namespace sky::mailstore
