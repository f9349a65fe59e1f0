#pragma once
// BODY[…], RFC822, RFC822.HEADER and RFC822.TEXT: octets of the message itself (RFC 9051 §6.4.5.1).
#include "imap/session.h"
#include "sky/imap-proto/fetch.h"

namespace sky::imapd {

// `text` may be null for BODY[] and RFC822 alone. A part that does not exist is NIL.
Task<Result<void>> fetch_section(Session& session, const imap::FetchItem& item, const store::Placement& message,
                                 const store::EmailText* text);

}  // namespace sky::imapd
