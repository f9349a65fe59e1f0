#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
Cell octets(std::int64_t value, Format format) { return format == Format::json ? Cell(value) : Cell(octets_text(value)); }
Cell moment(std::int64_t value, Format format) { return format == Format::json ? Cell(value) : Cell(moment_text(value)); }
}  // namespace

Table queue_table(const delivery::ListQueueReply& queue, Format format) {
    Table table({"id", "tenant", "sender", "recipient", "size", "queued", "due", "attempts", "state", "reply"});
    for (const auto& e : queue.entries())
        table.add({e.queue_id(), e.tenant_id(), e.sender().empty() && format == Format::table ? "<>" : e.sender(), e.recipient(),
                   octets(e.size(), format), moment(e.queued_at(), format), moment(e.due_at(), format),
                   static_cast<std::int64_t>(e.attempts()), e.state(), e.last_reply()});
    return table;
}

Table held_table(const delivery::ListHeldReply& held, Format format) {
    Table table({"id", "tenant", "group", "sender", "message_id", "size", "queued", "expires", "asked"});
    for (const auto& e : held.entries())
        table.add({e.queue_id(), e.tenant_id(), e.group(), e.sender().empty() && format == Format::table ? "<>" : e.sender(),
                   e.message_id(), octets(e.size(), format), moment(e.queued_at(), format), moment(e.expires_at(), format),
                   e.asked() ? Truth::yes : Truth::no});
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
