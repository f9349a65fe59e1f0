#pragma once
// The answers of FETCH for a bounded number of messages: their texts in one query, bodies streamed frame by frame.
#include <span>

#include "imap/session.h"
#include "sky/imap-proto/fetch.h"

namespace sky::imapd {

struct FetchedBatch {
    std::size_t answered = 0;
    std::size_t undecodable = 0;  // left out: a part's encoding is not known (RFC 3516 §4.3)
};

// Messages that are gone are left out. After an error in the middle of a body that has
// begun to leave, the connection is closed: nothing else could tell the client where the literal ended.
Task<Result<FetchedBatch>> fetch_batch(Session& session, std::span<const Target> targets, const imap::FetchRequest& request);

}  // namespace sky::imapd
