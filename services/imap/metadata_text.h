#pragma once
// "* METADATA name (entry value …)", for GETMETADATA and for LIST (RFC 5464 §4.4.1, RFC 9590).
#include <string>
#include <string_view>
#include <vector>

#include "sky/imap-proto/write.h"
#include "sky/mailstore/metadata.h"

namespace sky::imapd {

// Entries that were asked for by name and are not there have the value NIL; those whose value was too long are left out. Nothing is written
// when nothing is left to tell.
void append_metadata(std::string& out, std::string_view mailbox, const std::vector<mailstore::MetadataEntry>& found,
                     const std::vector<std::string>& asked, imap::NameForm form);

}  // namespace sky::imapd
