#pragma once
// Nothing is served on a schema that the program doesn't know. Migrations are recorded by `skyctl migrate` in public.skybridge_migration.
#include <span>
#include <string_view>

#include "sky/pg/pool.h"

namespace sky::pg {

struct KnownSchema {
    std::string_view name;  // of the schema, for the text: mail
    std::string_view room;  // whose migrations make it: mailstore
    int number = 0;         // the newest migration this build knows
};

// Fault::unavailable when the database's newest migration of any of them is another one, or can't be asked; the reason says which and what
// to do. `known` must live until it returns.
Task<Result<void>> check_schemas(Pool& pool, std::span<const KnownSchema> known, Deadline deadline);

}  // namespace sky::pg
