#pragma once
// "* 3 FETCH (UID 7 FLAGS (\Seen) MODSEQ (12))": what STORE answers, and FETCH that marks messages seen.
#include <string>

#include "imap/session.h"

namespace sky::imapd {

// Without flags, what is told is the MODSEQ: a silent STORE of a client with CONDSTORE.
enum class WithFlags { yes, no };

void append_flag_response(Session& session, const Target& target, const store::Placement& message, Numbers form, WithFlags flags);

}  // namespace sky::imapd
