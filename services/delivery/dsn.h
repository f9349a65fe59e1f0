#pragma once
// Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522). Pure.
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/uuid.h"

namespace sky::delivery {

struct FailedRecipient {
    std::string address;
    std::string original;    // RFC 3461 ORCPT, may be empty
    std::string reply;       // the next hop's or our own words: "550 5.1.1 no such user"
    std::string remote_mta;  // who said it; empty: we did
};

struct Report {
    std::string reporting_mta;  // our name
    std::string to;             // the original sender, never empty: no report is made for <>
    Uuid id;                    // of the report's own submission
    Time now;
    Time arrival;                 // when the message came
    std::string original_header;  // header section of the failed message
    std::vector<FailedRecipient> failed;
};

// The report as a message with CRLF lines.
std::string write_report(const Report& report);

// The RFC 3463 status in a reply ("550 5.1.1 …" → "5.1.1"); without one, X.0.0 by the code's class.
std::string status_of(std::string_view reply);

// The Message-ID of write_report, without brackets.
std::string report_message_id(const Report& report);

}  // namespace sky::delivery
