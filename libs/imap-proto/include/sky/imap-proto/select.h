#pragma once
// SELECT and EXAMINE with their parameters (RFC 9051 §6.3.2, RFC 7162 §3.1.8 and §3.2.5).
#include <optional>
#include <string>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

// What a client that was here before knows of the mailbox.
struct KnownState {
    std::uint32_t uid_validity = 0;
    std::uint64_t modseq = 0;
    std::optional<NumberSet> uids;  // those it keeps; none given: all below UIDNEXT
    // Some pairs of message number and UID, as it last knew them (RFC 7162 §3.2.5.2): two sets of one size, matching in order.
    struct Match {
        NumberSet numbers;
        NumberSet uids;
    };
    std::optional<Match> match;
};

struct SelectRequest {
    std::string mailbox;
    bool condstore = false;
    std::optional<KnownState> known;  // QRESYNC
};

Result<SelectRequest> parse_select(Arguments& arguments);

}  // namespace sky::imap
