#pragma once
// A client that was here before is told what happened meanwhile (RFC 7162 §3.2.5, §3.2.6).
#include "imap/session.h"
#include "sky/imap-proto/select.h"
#include "sky/mailstore/read.h"

namespace sky::imapd {

// What happened since, and the mailbox's row, of one moment. From memory but for what vanished, where the view is in step with the store.
Task<Result<store::Changes>> news_since(Session& session, View& view, ModSeq since);

// SELECT's part: VANISHED (EARLIER), then a FETCH response for each message that is new or changed. `changes` since known.modseq. Where the
// log no longer reaches back, what the client knows and is not there has vanished.
Task<Result<void>> resync(Session& session, const imap::KnownState& known, const store::Changes& changes);

// Which of `asked` have vanished since, for the selected mailbox.
Task<Result<imap::NumberSet>> vanished_since(Session& session, const imap::NumberSet& asked, ModSeq since);

void append_vanished_earlier(std::string& out, const imap::NumberSet& vanished);

}  // namespace sky::imapd
