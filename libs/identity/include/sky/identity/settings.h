#pragma once
// What is there to know of an account beyond who it is.
#include <cstdint>
#include <string>
#include <vector>

#include "sky/identity/principal.h"

namespace sky::identity {

// A mailbox of somebody else, and what they let it do.
struct OtherMailbox {
    Target mailbox;
    std::string display_name, kind;
    bool full_access = false, send_as = false, send_on_behalf = false;
    std::string sent_copy;  // where a copy of what is sent goes: sender, shared, both
};

struct Settings {
    std::int64_t version = 0;  // of the directory; a later change of the account may have changed any of this
    std::string address, display_name;
    std::string kind;                    // user, shared, room, equipment, public_folders, service
    std::string language, time_zone;     // BCP 47, IANA; empty: not said
    bool sends = false;                  // neither it nor its organisation is suspended
    std::vector<std::string> addresses;  // that it may write as; its own comes first
    std::int64_t quota_octets = 0;       // 0: none
    std::int64_t used_octets = 0;
    std::vector<std::string> protocols;  // empty: all
    std::vector<OtherMailbox> others;
};

struct Quota {
    std::string address;            // of the mailbox itself
    std::int64_t limit_octets = 0;  // in force for it alone; 0: nothing is, or it is in a pool
    std::int64_t used_octets = 0;
};

}  // namespace sky::identity
