#include "sky/pg/schema.h"

#include <fmt/format.h>

namespace sky::pg {
namespace {
constexpr Statement newest{"pg.newest_migrations",
                           "select coalesce((select max(number) from public.skybridge_migration m where m.room = r.room), 0)::bigint"
                           " from unnest($1::text[]) with ordinality r (room, place) order by place"};
}

Task<Result<void>> check_schemas(Pool& pool, std::span<const KnownSchema> known, Deadline deadline) {
    std::vector<std::string> rooms;
    for (const auto& schema : known) rooms.emplace_back(schema.room);
    auto rows = co_await pool.query(TenantId{}, newest, params(rooms), deadline);
    if (!rows && rows.error().reason.contains("42P01"))  // undefined table
        co_return unexpected(Fault::unavailable, "the database has no schema yet", "no table skybridge_migration: run skyctl migrate");
    if (!rows) co_return forward(rows);
    std::string trouble;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto found = (*rows)[i].get<std::int64_t>(0);
        if (found != known[i].number)
            trouble += fmt::format("schema {} is at migration {}, this build knows {}; ", known[i].name, found, known[i].number);
    }
    if (trouble.empty()) co_return Result<void>{};
    co_return unexpected(Fault::unavailable, "the database's schema is not the one this build knows",
                         trouble + "run the skyctl migrate of the same release");
}

}  // namespace sky::pg
