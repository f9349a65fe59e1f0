#include "skyctl/migrations.h"

#include <fmt/format.h>

#include <map>
#include <pqxx/pqxx>

#include "sky/base/encode.h"
#include "sky/base/sha256.h"

namespace sky::skyctl {
namespace {
// "skybridge" as a number: every release must take the same lock.
constexpr const char* take_lock = "select pg_advisory_lock(8317982736425)";

constexpr const char* find_table = "select to_regclass('public.skybridge_migration') is not null";
constexpr const char* make_table = R"(
    create table public.skybridge_migration (
        room text not null, number integer not null, name text not null, sha256 text not null,
        applied_at timestamptz not null default now(), primary key (room, number));
    grant select on public.skybridge_migration to public)";
// The schemas belong to their owner, also when a superuser runs this.
constexpr const char* become_owner = R"(
    do $$ begin
        if current_user <> 'sky_owner' and exists (select from pg_roles where rolname = 'sky_owner')
           and pg_has_role(current_user, 'sky_owner', 'member') then
            set role sky_owner;
        end if;
    end $$)";

using Key = std::pair<std::string, int>;

std::map<Key, std::string> applied_files(pqxx::connection& connection, Mode mode) {
    pqxx::work work(connection);
    std::map<Key, std::string> out;
    if (!work.exec1(find_table)[0].as<bool>()) {
        if (mode == Mode::dry_run) return out;
        work.exec(make_table);
    }
    for (const auto& row : work.exec("select room, number, sha256 from public.skybridge_migration"))
        out[{row[0].as<std::string>(), row[1].as<int>()}] = row[2].as<std::string>();
    work.commit();
    return out;
}

void apply(pqxx::connection& connection, const Migration& migration, const std::string& digest) {
    pqxx::work work(connection);
    work.exec(std::string(migration.sql));
    // The file may have changed role or search path for itself.
    work.exec_params("insert into public.skybridge_migration (room, number, name, sha256) values ($1, $2, $3, $4)",
                     std::string(migration.room), migration.number, std::string(migration.name), digest);
    work.commit();
}
}  // namespace

Result<Migrated> migrate(const std::string& dsn, std::span<const Migration> migrations, Mode mode,
                         const std::function<void(const Migration&)>& tell) try {
    pqxx::connection connection(dsn);
    pqxx::nontransaction(connection).exec(become_owner);
    pqxx::nontransaction(connection).exec(take_lock);  // until this connection ends
    auto there = applied_files(connection, mode);
    Migrated out;
    for (const auto& migration : migrations) {
        const std::string digest = hex_encode(sha256(migration.sql));
        if (auto row = there.extract(Key{migration.room, migration.number})) {
            if (row.mapped() != digest)
                return unexpected(Fault::conflict,
                                  fmt::format("migration {} {:04} ({}) was applied with other contents than this build has", migration.room,
                                              migration.number, migration.name));
            ++out.present;
        }
    }
    if (!there.empty())
        return unexpected(Fault::conflict, fmt::format("the database has migration {} {:04}, which this build does not know: it is older "
                                                       "than the database",
                                                       there.begin()->first.first, there.begin()->first.second));
    auto known = applied_files(connection, mode);
    for (const auto& migration : migrations) {
        if (known.contains(Key{migration.room, migration.number})) continue;
        tell(migration);
        if (mode == Mode::apply) apply(connection, migration, hex_encode(sha256(migration.sql)));
        ++out.applied;
    }
    return out;
} catch (const pqxx::broken_connection& error) {
    return unexpected(Fault::unavailable, std::string("PostgreSQL can't be reached: ") + error.what());
} catch (const std::exception& error) {
    return unexpected(Fault::internal, error.what());
}

}  // namespace sky::skyctl
