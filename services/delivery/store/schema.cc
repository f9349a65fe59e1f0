#include "delivery/store/schema.h"

#include <fmt/format.h>

#include "sky/mailstore/types.h"

namespace sky::delivery::store {
namespace {
constexpr pg::Statement newest{"delivery.schema",
                               "select coalesce(max(number) filter (where room = 'delivery'), 0)::bigint, "
                               "coalesce(max(number) filter (where room = 'mailstore'), 0)::bigint from public.skybridge_migration"};
}

Task<Result<void>> check_schemas(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, newest, pg::Params{}, deadline);
    if (!rows && rows.error().reason.contains("42P01"))
        co_return unexpected(Fault::unavailable, "the database has no schema yet", "no table skybridge_migration: run skyctl migrate");
    if (!rows) co_return forward(rows);
    const auto queue = (*rows)[0].get<std::int64_t>(0), mail = (*rows)[0].get<std::int64_t>(1);
    if (queue == queue_schema_version && mail == mailstore::schema_version) co_return Result<void>{};
    co_return unexpected(Fault::unavailable, "the database's schema is not the one this build knows",
                         fmt::format("schema queue is at migration {}, this build knows {}; schema mail is at {}, this build knows {}: "
                                     "run the skyctl migrate of the same release",
                                     queue, queue_schema_version, mail, mailstore::schema_version));
}

}  // namespace sky::delivery::store
