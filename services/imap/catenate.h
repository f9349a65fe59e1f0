#pragma once
// Parts of a new message that stand on the server already (CATENATE, RFC 4469).
#include <optional>
#include <string>

#include "imap/session.h"

namespace sky::imapd {

struct CatenatedPart {
    std::optional<std::string> octets;  // none: the URL names nothing that this user can read here
    std::uint64_t read = 0;             // what they were made of: HEADER.FIELDS reads the whole header
};

// The octets that an IMAP URL names (RFC 5092). Fault::too_large when they would be more than `room`, or to be read for them more than
// `reading`: both are looked at before anything is read (RFC 4469 §4).
struct CatenateRoom {
    std::uint64_t room = 0;
    std::uint64_t reading = 0;
};
Task<Result<CatenatedPart>> read_url(Session& session, std::string_view url, CatenateRoom limits);

// NO [BADURL …] (RFC 4469 §4)
Reply bad_url(std::string_view url);

}  // namespace sky::imapd
