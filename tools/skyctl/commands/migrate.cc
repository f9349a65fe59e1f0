#include <fmt/format.h>

#include "skyctl/commands/commands.h"
#include "skyctl/migrations.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--dry-run", Takes::nothing, Must::may_be_given, "Only says what would be applied."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto dsn = session.dsn();
    if (!dsn) return forward(dsn);
    const Mode mode = arguments.given("--dry-run") ? Mode::dry_run : Mode::apply;
    Table done({"room", "number", "name"});
    auto outcome = migrate(*dsn, embedded_migrations(), mode, [&](const Migration& migration) {
        if (session.format() == Format::table)
            session.print(fmt::format("{} {} {:04} {}\n", mode == Mode::apply ? "applying" : "would apply", migration.room,
                                      migration.number, migration.name));
        done.add({std::string(migration.room), std::int64_t{migration.number}, std::string(migration.name)});
    });
    if (!outcome) return forward(outcome);
    if (session.format() == Format::json)
        session.list(done);
    else
        session.print(
            fmt::format("{} {}, {} were there\n", outcome->applied, mode == Mode::apply ? "applied" : "to apply", outcome->present));
    return {};
}
}  // namespace

const Verb migrate_verb{.group = "",
                        .name = "migrate",
                        .sentence = "Brings the database's schemas to what this release needs; running it again changes nothing.",
                        .example = "migrate --dry-run",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
