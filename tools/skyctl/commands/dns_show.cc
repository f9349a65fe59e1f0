#include "sky/zone/render.h"
#include "skyctl/commands/commands.h"
#include "skyctl/dns_records.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"DOMAIN", Takes::text, Must::be_given, "Domain whose records are wanted."},
    {"--challenge", Takes::text, Must::may_be_given, "Token that proves who owns the domain."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    auto wanted = domain_records(session, arguments);
    if (!wanted) return forward(wanted);
    if (session.format() == Format::table) {
        session.print(zone::zone_text(wanted->records, wanted->domain));
        return {};
    }
    Table table({"name", "type", "ttl", "value", "severity", "why"});
    for (const auto& record : wanted->records)
        table.add({record.owner, record.type, std::int64_t{record.ttl}, record.value, std::string(zone::severity_name(record.severity)),
                   record.why});
    session.list(table);
    return {};
}
}  // namespace

const Verb dns_show{.group = "dns",
                    .name = "show",
                    .sentence = "Prints the DNS records that a domain needs, as zone text.",
                    .example = "dns show example.test",
                    .options = options,
                    .run = &run};

}  // namespace sky::skyctl
