#include "sky/calstore/calstore.h"

namespace sky::calstore {
namespace {
constexpr pg::Statement rotate{"cal.rotate_changes", "select cal.rotate_changes(current_date - $1::integer)"};
}

Task<Result<void>> rotate_changes(pg::Pool& pool, std::chrono::days keep, Deadline deadline) {
    auto done = co_await pool.query(TenantId{}, rotate, pg::params(static_cast<std::int32_t>(keep.count())), deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::calstore
