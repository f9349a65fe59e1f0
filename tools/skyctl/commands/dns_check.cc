#include <fmt/format.h>

#include <algorithm>

#include "skyctl/commands/commands.h"
#include "skyctl/dns_records.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "Domain whose records are looked at."},
    {"--challenge", Takes::text, Must::may_be_given, "Token that proves who owns the domain."},
};

std::string live_text(const zone::Difference& row) {
    std::string out = row.failure;
    for (const auto& value : row.live) out += (out.empty() ? "" : " | ") + value;
    return out;
}

void print_table(const Session& session, const std::vector<zone::Difference>& rows) {
    Table table({"mark", "severity", "name", "type", "expected", "live"});
    std::string reasons;
    for (const auto& row : rows) {
        const auto& record = row.expected;
        const bool extra = row.mark == zone::Mark::extra;
        table.add({std::string(zone::mark_name(row.mark)), std::string(zone::severity_name(record.severity)), record.owner, record.type,
                   extra ? std::string() : record.value, live_text(row)});
        if (row.mark == zone::Mark::missing || row.mark == zone::Mark::different)
            reasons += fmt::format("{} {} is {}: {}\n", record.owner, record.type, zone::mark_name(row.mark), record.why);
    }
    session.list(table);
    if (!reasons.empty()) session.print("\n" + reasons);
}

void print_json(const Session& session, const std::vector<zone::Difference>& rows) {
    Table table({"mark", "severity", "name", "type", "expected", "live", "failure", "why"});
    for (const auto& row : rows) {
        const auto& record = row.expected;
        table.add({std::string(zone::mark_name(row.mark)), std::string(zone::severity_name(record.severity)), record.owner, record.type,
                   row.mark == zone::Mark::extra ? std::string() : record.value, row.live, row.failure, record.why});
    }
    session.list(table);
}

Result<void> run(Session& session, const Arguments& arguments) {
    auto wanted = domain_records(session, arguments);
    if (!wanted) return forward(wanted);
    auto live = look_up(session, zone::questions(wanted->records));
    if (!live) return forward(live);
    const auto rows = zone::compare(wanted->records, *live);
    if (session.format() == Format::json)
        print_json(session, rows);
    else
        print_table(session, rows);
    if (zone::is_sound(rows)) return {};
    const bool unknown = std::ranges::any_of(rows, [](const zone::Difference& row) { return row.mark == zone::Mark::unknown; });
    if (unknown) return unexpected(Fault::unavailable, "the DNS did not tell of every record that mail needs");
    return unexpected(Fault::corrupt, "records that mail needs are missing or wrong");
}
}  // namespace

const Verb dns_check{.group = "dns",
                     .name = "check",
                     .sentence = "Compares the DNS records that a domain needs with those that stand in the DNS.",
                     .example = "dns check example.test",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
