#pragma once
// The mailbox that APPEND, REPLACE, COPY and MOVE put messages into, and the one that a URL reads from.

#include "imap/rights.h"

namespace sky::imapd {

// One that this user may put messages into ("i", RFC 4314 §4). `no` when there is no such mailbox, or it holds no messages: NO [TRYCREATE]
// (RFC 9051 §6.3.12).
struct AppendTarget {
    std::optional<Found> found;
    Reply no;
    // Who can't read it learns nothing of it by APPENDUID or COPYUID (RFC 4315 §3).
    bool may_tell_uids() const { return found && found->rights.has(store::Right::read); }
};
Task<Result<AppendTarget>> find_target(Session& session, std::string name);

// The same for APPEND, which remembers it; of a mailbox that is remembered, no more than where it is and what is right of one's own.
// Whoever writes there has to see that it still has that name.
Task<Result<AppendTarget>> recall_target(Session& session, std::string name);

// Fault::not_found or Fault::forbidden for one that this user can't read.
Task<Result<Found>> find_source(Session& session, std::string name);

Reply no_such_target();

}  // namespace sky::imapd
