#pragma once
// The schemas of all rooms: which files there are, which the database has, applying the rest.
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::skyctl {

struct Migration {
    std::string_view room;  // auth, mailstore, delivery, calstore
    int number = 0;         // from 1, without gaps within a room
    std::string_view name;
    std::string_view sql;
};

// Compiled in, in the order they are applied.
std::span<const Migration> embedded_migrations();

enum class Mode { apply, dry_run };

struct Migrated {
    int applied = 0;  // or, in a dry run, that would be
    int present = 0;
};

// Applies what the database does not have, each file in a transaction of its own with its row in public.skybridge_migration; one migrate
// at a time by an advisory lock. Refuses (Fault::conflict) when an applied file has changed since, or the database knows files that this
// build does not. `tell` hears each file that is (or would be) applied. Blocks.
Result<Migrated> migrate(const std::string& dsn, std::span<const Migration> migrations, Mode mode,
                         const std::function<void(const Migration&)>& tell);

}  // namespace sky::skyctl
