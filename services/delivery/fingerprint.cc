#include "delivery/fingerprint.h"

#include <algorithm>

#include "sky/base/sha256.h"

namespace sky::delivery {
namespace {
// Length first, so that no two different lists feed the same octets.
void feed(Sha256& hash, std::string_view part) {
    const auto size = static_cast<std::uint64_t>(part.size());
    char length[8];
    for (int i = 0; i < 8; ++i) length[i] = static_cast<char>(size >> (8 * i));
    hash.feed({length, sizeof length});
    hash.feed(part);
}
}  // namespace

std::string fingerprint(const Envelope& envelope, std::string_view message_id, std::string_view content_sha256) {
    std::vector<std::string> recipients;
    for (const auto& recipient : envelope.recipients) recipients.push_back(recipient.address);
    std::ranges::sort(recipients);
    Sha256 hash;
    feed(hash, envelope.sender);
    feed(hash, message_id);
    feed(hash, content_sha256);
    for (const auto& recipient : recipients) feed(hash, recipient);
    return hash.finish();
}

std::string recipient_prefix(std::string_view sender, std::string_view recipient) {
    std::string out = "Return-Path: <";
    out.append(sender).append(">\r\nDelivered-To: ").append(recipient).append("\r\n");
    return out;
}

}  // namespace sky::delivery
