#pragma once
// The answers of FETCH for a bounded number of messages: their texts in one query, bodies streamed frame by frame.
#include <span>

#include "imap/session.h"
#include "sky/imap-proto/fetch.h"

namespace sky::imapd {

// How many messages were answered; those that are gone are left out. After an error in the middle of a body that has
// begun to leave, the connection is closed: nothing else could tell the client where the literal ended.
Task<Result<std::size_t>> fetch_batch(Session& session, std::span<const Target> targets, const imap::FetchRequest& request);

}  // namespace sky::imapd
