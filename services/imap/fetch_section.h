#pragma once
// BODY[…], RFC822, RFC822.HEADER and RFC822.TEXT: octets of the message itself (RFC 9051 §6.4.5.1).
#include "imap/octets_ahead.h"

namespace sky::imapd {

// `octets` is the beginning of the message as far as it has been read ahead, maybe nothing. A part that does not exist is NIL.
Task<Result<void>> fetch_section(Session& session, const imap::FetchItem& item, const FetchOne& one, std::string_view octets);

}  // namespace sky::imapd
