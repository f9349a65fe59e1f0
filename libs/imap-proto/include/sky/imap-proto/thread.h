#pragma once
// The threading algorithms of THREAD (RFC 5256 §3), from what is known of each message to the response's text. Iterative, and never worse
// than n log n however messages refer to each other.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/imap-proto/sort.h"

namespace sky::imap {

// One message; several stand in the order of the mailbox.
struct ThreadMessage {
    std::uint32_t number = 0;  // message number or UID, as it is answered
    Time sent;                 // RFC 5256 §2.2: INTERNALDATE where there is no Date
    Time arrived;              // INTERNALDATE
    std::string_view subject;  // base subject, prepared for comparing by octets
    bool is_reply = false;
    std::int64_t id = 0;                // of Message-ID; 0: none
    std::vector<std::int64_t> parents;  // references, oldest first
};

// "(2)(3 6 (4 23)(44 7 96))". REFS (draft-ietf-morg-inthread) is REFERENCES without regard to subjects, and the thread in which a message
// arrived last comes last.
std::string threads(ThreadRequest::Algorithm algorithm, std::span<const ThreadMessage> messages);

}  // namespace sky::imap
