#include <algorithm>

#include "imap/commands/all.h"
#include "sky/base/ascii.h"

namespace sky::imapd {
namespace {

struct Extension {
    std::string_view name;
    void (*enable)(Session& session);
};
// QRESYNC is CONDSTORE as well (RFC 7162 §3.2.3).
void enable_qresync(Session& session) {
    session.qresync = true;
    session.enable_condstore();
}

constexpr Extension extensions[] = {
    {"CONDSTORE", [](Session& session) { session.enable_condstore(); }},
    {"IMAP4rev2", [](Session& session) { session.rev2 = true; }},  // RFC 9051 Appendix E
    {"QRESYNC", enable_qresync},
    {"UTF8=ACCEPT", [](Session& session) { session.utf8 = true; }},  // RFC 6855 §3
    {"UIDONLY", [](Session& session) { session.uid_only = true; }},  // RFC 9586 §3.1
};

}  // namespace

// Unknown names are passed over (RFC 9051 §6.3.1).
Task<Result<Reply>> enable(Session& session, Arguments arguments) {
    std::vector<const Extension*> known;
    do {
        const auto name = arguments.atom();
        if (!name) co_return forward(name);
        for (const Extension& one : extensions)
            if (ascii::equals_ignoring_case(*name, one.name) && std::ranges::find(known, &one) == known.end()) known.push_back(&one);
    } while (arguments.take(' '));
    if (const auto end = arguments.end(); !end) co_return forward(end);
    session.out() += "* ENABLED";
    for (const Extension* one : known) (session.out() += ' ') += one->name;
    session.out() += "\r\n";
    for (const Extension* one : known) one->enable(session);
    co_return Reply::ok("ENABLE completed");
}

}  // namespace sky::imapd
