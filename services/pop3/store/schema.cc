#include "pop3/store/schema.h"

#include <fmt/core.h>

#include "sky/mailstore/types.h"

namespace sky::pop3d {
namespace {
constexpr pg::Statement newest{"pop3.newest_migration",
                               "select coalesce(max(number), 0)::integer from public.skybridge_migration where room = 'mailstore'"};
}

Task<Result<void>> check_schema(pg::Pool& pool, Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, newest, pg::Params{}, deadline);
    if (!rows && rows.error().reason.find("42P01") != std::string::npos)
        co_return unexpected(Fault::unavailable, "the mail store is not ready",
                             "this database has no Skybridge schema: run skyctl migrate");
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    const auto found = (*rows)[0].get<std::int32_t>(0);
    if (found == mailstore::schema_version) co_return Result<void>{};
    co_return unexpected(Fault::unavailable, "the mail store is not ready",
                         fmt::format("schema mail is at migration {}, this program knows {}: run skyctl migrate, or the matching release",
                                     found, mailstore::schema_version));
}

}  // namespace sky::pop3d
