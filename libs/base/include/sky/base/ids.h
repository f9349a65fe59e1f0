#pragma once
// Ids and numbers that must never mix. All are plain integers on the wire and in PostgreSQL (bigint), distinct types here.
#include <compare>
#include <cstdint>
#include <functional>

namespace sky {

template <class Tag, class Number>
struct Id {
    using number_type = Number;
    Number value{};
    constexpr Id() = default;
    constexpr explicit Id(Number number) : value(number) {}
    constexpr auto operator<=>(const Id&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
};

using TenantId = Id<struct TenantTag, std::int64_t>;      // directory.tenant
using DomainId = Id<struct DomainTag, std::int64_t>;      // directory.domain
using AccountId = Id<struct AccountTag, std::int64_t>;    // directory.account: a user's mailbox, a shared mailbox, a public folder tree
using MailboxId = Id<struct MailboxTag, std::int64_t>;    // mail.mailbox (a folder, in IMAP's words a mailbox)
using EmailId = Id<struct EmailTag, std::int64_t>;        // mail.email; RFC 8474 EMAILID
using ThreadId = Id<struct ThreadTag, std::int64_t>;      // RFC 8474 THREADID
using BlobId = Id<struct BlobTag, std::int64_t>;          // mail.blob
using CalendarId = Id<struct CalendarTag, std::int64_t>;  // cal.collection
using QueueId = Id<struct QueueTag, std::int64_t>;        // queue.message

using Uid = Id<struct UidTag, std::uint32_t>;                  // RFC 9051 §2.3.1.1
using UidValidity = Id<struct UidValidityTag, std::uint32_t>;  // RFC 9051 §2.3.1.1
using ModSeq = Id<struct ModSeqTag, std::int64_t>;             // RFC 7162; 63 bits

}  // namespace sky

template <class Tag, class Number>
struct std::hash<sky::Id<Tag, Number>> {
    std::size_t operator()(sky::Id<Tag, Number> id) const noexcept { return std::hash<Number>{}(id.value); }
};
