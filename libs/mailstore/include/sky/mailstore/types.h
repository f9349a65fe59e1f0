#pragma once
// The words of the mail store: flags, UID sets, mailboxes, placements.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/pg/pool.h"

namespace sky::mailstore {

// The newest migration of schema mail that this code knows; services refuse to start on another.
inline constexpr int schema_version = 21;

struct AccountRef {
    TenantId tenant;
    AccountId account;
    auto operator<=>(const AccountRef&) const = default;
};

struct MailboxRef {
    TenantId tenant;
    AccountId account;
    MailboxId mailbox;
    // Whose \Seen it is where everyone has his own, as in mailboxes that nobody owns (docs/adr/0007). AccountId{}: one for all.
    AccountId reader{};
    AccountRef owner() const { return {tenant, account}; }
    bool has_reader() const { return reader != AccountId{}; }
    auto operator<=>(const MailboxRef&) const = default;
};

// System flags (RFC 9051 §2.3.2) as bits; \Recent is not among them (recent.h).
enum SystemFlag : std::uint16_t { answered = 1, flagged = 2, deleted = 4, seen = 8, draft = 16, all_system_flags = 31 };

// The flags of one message. Bit n of `keywords` stands for Mailbox::keywords[n]: a mailbox names at most 64 keywords at a time. Where there
// is no room for another, names that no message has any more are forgotten.
struct Flags {
    std::uint16_t system = 0;
    std::uint64_t keywords = 0;
    bool operator==(const Flags&) const = default;
};
inline constexpr std::size_t max_keywords = 64;

struct UidRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  // inclusive
    bool operator==(const UidRange&) const = default;
};
using UidSet = std::vector<UidRange>;  // ascending, disjoint

UidSet uid_set(std::vector<std::uint32_t> uids);  // sorts, merges
std::vector<std::uint32_t> uid_list(const UidSet& set);
bool contains(const UidSet& set, std::uint32_t uid);
std::uint64_t size(const UidSet& set);

enum class SpecialUse : std::int16_t { none, all, archive, drafts, flagged, junk, sent, trash, important };  // RFC 6154 §2, RFC 8457
std::string_view attribute(SpecialUse use);                                                                  // "\\Sent"; empty for none
std::optional<SpecialUse> special_use(std::string_view attribute);

// One row of mail.mailbox: all that LIST, STATUS and SELECT say.
struct Mailbox {
    MailboxId id;
    AccountId account;
    std::string name;  // UTF-8, levels separated by "/"; the inbox is "INBOX"
    bool selectable = true;
    bool subscribed = false;
    SpecialUse special_use = SpecialUse::none;
    UidValidity uid_validity;
    Uid uid_next;
    Uid recent_uid;  // no session was told of messages from here on (recent.h)
    ModSeq modseq;   // HIGHESTMODSEQ (RFC 7162 §3.1.2.1)
    std::int64_t messages = 0;
    std::int64_t unseen = 0;
    std::int64_t deleted = 0;
    std::int64_t octets = 0;            // RFC 8438 SIZE
    std::vector<std::string> keywords;  // by bit; spelled as first used; empty: the bit is free
};

// One message in one mailbox.
struct Placement {
    Uid uid;
    EmailId email;
    Flags flags;
    ModSeq modseq;
    Time internal_date;
    std::uint32_t size = 0;      // octets, with the prefix
    std::uint32_t saved_at = 0;  // seconds since 1970: when it was put into this mailbox (RFC 8514); 0: not known
};

// What a write did, for the notification that the caller publishes after COMMIT.
struct Changed {
    AccountId account;
    ModSeq modseq;  // 0: nothing changed
};

// A message put into a mailbox.
struct Placed {
    MailboxId mailbox;
    UidValidity uid_validity;
    Uid uid;
    ModSeq modseq;
    EmailId email;
};

}  // namespace sky::mailstore
