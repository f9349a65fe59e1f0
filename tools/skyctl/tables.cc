#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
Cell octets(std::int64_t value, Format format) { return format == Format::json ? Cell(value) : Cell(octets_text(value)); }
Cell moment(std::int64_t value, Format format) { return format == Format::json ? Cell(value) : Cell(moment_text(value)); }
}  // namespace

Table tenant_table(const std::vector<admin::Tenant>& tenants) {
    Table table({"id", "name", "state", "created"});
    for (const auto& t : tenants) table.add({t.id(), t.name(), t.state(), moment_text(t.created())});
    return table;
}

Table domain_table(const std::vector<admin::Domain>& domains) {
    Table table({"id", "name", "tenant", "created"});
    for (const auto& d : domains) table.add({d.id(), d.name(), d.tenant(), moment_text(d.created())});
    return table;
}

Table mailbox_table(const std::vector<admin::Mailbox>& mailboxes, Format format) {
    Table table({"account", "address", "name", "tenant", "state", "used", "quota", "created"});
    for (const auto& m : mailboxes)
        table.add({m.account_id(), m.address(), m.display_name(), m.tenant(), m.state(), octets(m.used_bytes(), format),
                   octets(m.quota_bytes(), format), moment_text(m.created())});
    return table;
}

Table alias_table(const std::vector<admin::Alias>& aliases) {
    Table table({"address", "targets", "tenant", "created"});
    for (const auto& a : aliases)
        table.add({a.address(), std::vector<std::string>(a.targets().begin(), a.targets().end()), a.tenant(), moment_text(a.created())});
    return table;
}

Table queue_table(const delivery::ListQueueReply& queue, Format format) {
    Table table({"id", "tenant", "sender", "recipient", "size", "queued", "due", "attempts", "state", "reply"});
    for (const auto& e : queue.entries())
        table.add({e.queue_id(), e.tenant_id(), e.sender().empty() && format == Format::table ? "<>" : e.sender(), e.recipient(),
                   octets(e.size(), format), moment(e.queued_at(), format), moment(e.due_at(), format),
                   static_cast<std::int64_t>(e.attempts()), e.state(), e.last_reply()});
    return table;
}

Table session_table(const admin::ListSessionsReply& sessions, Format format) {
    Table table({"id", "address", "protocol", "client", "remote", "since", "idle_since"});
    for (const auto& s : sessions.sessions())
        table.add(
            {s.id(), s.address(), s.protocol(), s.client(), s.remote_address(), moment(s.since(), format), moment(s.idle_since(), format)});
    return table;
}

Table count_table(const char* what, std::int64_t count) {
    Table table({what});
    table.add({count});
    return table;
}

}  // namespace sky::skyctl
