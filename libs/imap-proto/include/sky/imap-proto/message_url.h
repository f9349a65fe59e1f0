#pragma once
// IMAP URLs that name a message or a part of one (RFC 5092 §6), as CATENATE takes them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sky/imap-proto/fetch.h"

namespace sky::imap {

struct MessageUrl {
    std::string host;                 // empty: relative to the server it is given to
    std::uint16_t port = 143;         // with a host
    std::optional<std::string> user;  // decoded
    std::string mailbox;              // UTF-8, INBOX in capitals
    std::optional<std::uint32_t> uid_validity;
    std::uint32_t uid = 0;
    Section section;
    std::optional<Partial> partial;  // a count of 0: to the end
};

inline constexpr std::size_t max_url_octets = 8192;

// "imap://ada@example.test/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2/;PARTIAL=0.1024", "/Drafts/;UID=20" and the like. nullopt for
// anything else: other schemes, relative paths as ";UID=20" (RFC 5092 §7.2), mailboxes and searches without a message, URLAUTH.
std::optional<MessageUrl> parse_message_url(std::string_view url);

}  // namespace sky::imap
