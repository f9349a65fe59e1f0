#include "imap/store/schema.h"

#include "sky/mailstore/types.h"

namespace sky::imapd {
namespace {

constexpr pg::Statement newest_migration{
    "imap.newest_migration", "select coalesce(max(number), 0)::integer from public.skybridge_migration where room = 'mailstore'"};

}  // namespace

Task<Result<void>> check_schema(pg::Pool& pool, pg::Deadline deadline) {
    const auto rows = co_await pool.query(TenantId{}, newest_migration, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    const auto number = (*rows)[0].get<std::int32_t>(0);
    if (number == mailstore::schema_version) co_return Result<void>{};
    co_return unexpected(Fault::unavailable, "The database's schema is not the one this version knows",
                         "schema mail is at migration " + std::to_string(number) + ", this program knows " +
                             std::to_string(mailstore::schema_version) + ": run skyctl migrate of the same release");
}

}  // namespace sky::imapd
