#include "imap/commands/all.h"

namespace sky::imapd {

// One's own mailboxes, those of others by their address, and public folders (RFC 2342 §5).
Task<Result<Reply>> namespaces(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto append = [&](std::string_view top) { ((session.out() += " ((\"") += top) += "/\" \"/\"))"; };
    session.out() += "* NAMESPACE ((\"\" \"/\"))";
    append(other_users);
    append(public_folders);
    session.out() += "\r\n";
    co_return Reply::ok("NAMESPACE completed");
}

}  // namespace sky::imapd
