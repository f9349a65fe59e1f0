#pragma once
// Who wrote a submitted message, proved against the directory (contract S12), and what we change for it (RFC 6409 §8.1).
#include <optional>
#include <string>
#include <vector>

#include "smtp/asked.h"
#include "smtp/session.h"

namespace sky::smtpd {

struct Authorship {
    std::string fields;      // to be put in front, each with CRLF
    std::optional<Cut> cut;  // the client's Sender field, which another one replaces
    std::vector<SentCopy> copies;
};

// Each address in From must be the user's, or of a mailbox in whose name it may send; Sender too, and whatever else looks like an address
// beside them. Fault::forbidden otherwise. Who sends on behalf of somebody is named in Sender (RFC 5322 §3.6.2).
Task<Result<Authorship>> authorship_of(Session& session, const smtp::HeaderScanner& header);

}  // namespace sky::smtpd
