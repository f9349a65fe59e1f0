#pragma once
// Headers that a server puts in front of a message (RFC 5321 §4.4) and a submission server adds (RFC 6409 §8).
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/clock.h"

namespace sky::smtp {

// RFC 3848 §1: how the message came, as a word behind "with".
enum class Transmission { smtp, esmtp, esmtps, esmtpa, esmtpsa };
std::string_view name(Transmission how);

struct Hop {
    std::string helo;                    // as the client named itself
    std::optional<std::string> address;  // the client's; absent for authenticated users, whose address is nobody's business
    std::string host;                    // us
    Transmission how = Transmission::esmtp;
    std::string tls;                            // "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384", or empty
    std::string id;                             // the ingest id
    std::optional<std::string> only_recipient;  // set when there is exactly one: more would tell each of the others
    Time when;
};

// The whole field with its CRLF, folded below 998 octets.
std::string received(const Hop& hop);

// RFC 5322 §3.3, in UTC: "Tue, 24 Nov 2026 00:07:22 +0000".
std::string date_time(Time when);

}  // namespace sky::smtp
