#pragma once
// By what a sender's repetition is known (RFC 1047): envelope, Message-ID and content. Not the client's address: large senders retry from
// another one.
#include <string>
#include <string_view>

#include "delivery/submission.h"

namespace sky::delivery {

// 32 octets. `content_sha256` covers the message without our trace headers. The order of recipients does not matter.
std::string fingerprint(const Envelope& envelope, std::string_view message_id, std::string_view content_sha256);

}  // namespace sky::delivery
