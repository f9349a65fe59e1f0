#pragma once
// What a group's moderators are written (RFC 3834 §5: Auto-Submitted: auto-generated). Pure.
#include <string>
#include <string_view>

#include "sky/base/clock.h"
#include "sky/base/uuid.h"

namespace sky::delivery {

struct ModerationRequest {
    std::string host;    // our name
    std::string group;   // address
    std::string sender;  // of what waits; empty: <>
    Uuid id;             // of this mail's own submission
    Time now;
    Time until;            // after that it is returned
    std::string token;     // of the two addresses
    std::string original;  // the message that waits, whole
    std::string header;    // of a large message, instead of `original`: its header section
};
// "Mail waits for you": by replying it is approved, by mail to a second address rejected.
std::string write_request(const ModerationRequest& request);

struct LapseNotice {
    std::string host, group, sender;
    Uuid id;
    Time now;
    std::string header;  // of the message that was returned
};
// "Nobody decided": it went back to its sender.
std::string write_lapse(const LapseNotice& notice);

// The Message-ID of both, without brackets.
std::string request_message_id(Uuid id, std::string_view host);

}  // namespace sky::delivery
