#pragma once
// Sections of a message (RFC 9051 §6.4.5.1) as ranges of its octets.
#include <optional>
#include <string>

#include "imap/session.h"
#include "sky/imap-proto/fetch.h"
#include "sky/mailstore/read.h"
#include "sky/mime/section.h"

namespace sky::imapd {

// Where the section lies in prefix + message: of HEADER.FIELDS, the header. nullopt when there is no such part. `text` may be null for the
// whole message.
std::optional<mime::Range> section_range(const imap::Section& section, const store::Placement& message, const store::EmailText* text);

bool names_fields(const imap::Section& section);
// HEADER.FIELDS and HEADER.FIELDS.NOT: the lines of the header in that range. `here` is the header where it has been read already.
Task<Result<std::string>> read_fields(Session& session, const imap::Section& section, const store::Placement& message, mime::Range range,
                                      std::optional<std::string_view> here);

}  // namespace sky::imapd
