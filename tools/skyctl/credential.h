#pragma once
// What a new mailbox signs in with.
#include "skyctl/session.h"
#include "skyctl/verb.h"

namespace sky::skyctl {

// Reads the line that --password-stdin or --password-hash-stdin promises. Fault::syntax unless it is exactly one of them for those who
// sign in (users, services), and none for the others.
Result<void> read_credential(const Session& session, const Arguments& arguments, admin::AddMailboxRequest& request);

}  // namespace sky::skyctl
