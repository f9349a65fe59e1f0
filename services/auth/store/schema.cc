#include "auth/store/schema.h"

#include <fmt/format.h>

#include "sky/calstore/calstore.h"
#include "sky/mailstore/types.h"

namespace sky::auth {
namespace {
constexpr pg::Statement newest{"directory.schema",
                               "select coalesce(max(number) filter (where room = 'auth'), 0)::bigint, "
                               "coalesce(max(number) filter (where room = 'mailstore'), 0)::bigint from public.skybridge_migration"};
}

Task<Result<void>> check_schemas(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, newest, pg::Params{}, deadline);
    if (!rows && rows.error().reason.contains("42P01"))
        co_return unexpected(Fault::unavailable, "the database has no schema yet", "no table skybridge_migration: run skyctl migrate");
    if (!rows) co_return forward(rows);
    const auto directory = (*rows)[0].get<std::int64_t>(0), mail = (*rows)[0].get<std::int64_t>(1);
    if (directory != directory_schema_version || mail != mailstore::schema_version)
        co_return unexpected(
            Fault::unavailable, "the database's schema is not the one this build knows",
            fmt::format("schema directory is at migration {}, this build knows {}; schema mail is at {}, this build knows {}: "
                        "run the skyctl migrate of the same release",
                        directory, directory_schema_version, mail, mailstore::schema_version));
    co_return co_await calstore::check_schema(pool, deadline);
}

}  // namespace sky::auth
