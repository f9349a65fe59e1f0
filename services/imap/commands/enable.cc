#include "imap/commands/all.h"
#include "sky/base/ascii.h"

namespace sky::imapd {
namespace {

struct Extension {
    std::string_view name;
    void (*enable)(Session& session);
};
constexpr Extension extensions[] = {
    {"CONDSTORE", [](Session& session) { session.condstore = true; }},
    {"QRESYNC", [](Session& session) { session.qresync = session.condstore = true; }},  // RFC 7162 §3.2.2
    {"UIDONLY", [](Session& session) { session.uid_only = true; }},                     // RFC 9586 §3
};

}  // namespace

// Unknown names are passed over (RFC 9051 §6.3.1).
Task<Result<Reply>> enable(Session& session, Arguments arguments) {
    std::vector<const Extension*> known;
    do {
        const auto name = arguments.atom();
        if (!name) co_return forward(name);
        for (const Extension& one : extensions)
            if (ascii::equals_ignoring_case(*name, one.name)) known.push_back(&one);
    } while (arguments.take(' '));
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.out() += "* ENABLED";
    for (const Extension* one : known) {
        one->enable(session);
        (session.out() += ' ') += one->name;
    }
    session.out() += "\r\n";
    co_return Reply::ok("ENABLE completed");
}

}  // namespace sky::imapd
