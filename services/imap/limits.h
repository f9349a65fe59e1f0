#pragma once
// How many messages one command may work on (RFC 9738).
#include <string>
#include <vector>

#include "imap/house.h"
#include "imap/selected.h"

namespace sky::imapd {

// " MESSAGELIMIT=1000000 SAVELIMIT=100000 APPENDLIMIT=52428800" (RFC 7889 §2)
std::string limit_capabilities(const Policy& policy);

// How many messages COPY or APPEND may put into a mailbox: they are done whole or not at all, so more are refused (RFC 9738 §3.1).
std::size_t most_saved(const Policy& policy);

// Leaves the newest of them, as many as are allowed. The response code that says where to go on, below the lowest UID that was worked on
// (RFC 9738 §3.1); empty when nothing was cut off. Then they are told from the newest down.
std::string keep_within_limit(std::vector<Target>& targets, std::size_t limit);

// Told ahead of a tagged response that has another code (RFC 9738 §3.1). An empty code: nothing.
void tell_limit(std::string& out, std::string_view code);

// For what is refused without a look at the messages: "MESSAGELIMIT 100000".
std::string limit_code(std::size_t limit);

}  // namespace sky::imapd
