#pragma once
// What a command on message numbers says of messages that another session expunged (RFC 2180 §4.1.3, §4.2.3; RFC 5530 §3).
#include "imap/session.h"

namespace sky::imapd {

// Test tools know by these words of other servers that nothing failed.
inline Reply some_are_gone() { return Reply::no("EXPUNGEISSUED", "Some of these messages no longer exist, they have been deleted"); }

}  // namespace sky::imapd
