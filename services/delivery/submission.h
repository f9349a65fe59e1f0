#pragma once
// What smtp hands over: an envelope and a message made ready for the store.
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/base/uuid.h"
#include "sky/mailstore/deliver.h"

namespace sky::delivery {

struct Recipient {
    std::string address;   // RCPT TO
    std::string original;  // RFC 3461 ORCPT, may be empty
    TenantId tenant;       // zero: remote
    AccountId account;
    enum class Kind {
        place,          // a mailbox here, or an address elsewhere
        moderated,      // a group of that tenant, whose moderators decide first
        decision,       // the submitter decides about what waits; the address holds the token's digest
        public_folder,  // in a tree of them: the address, else the original one, says which
    } kind = Kind::place;
    bool local() const { return static_cast<bool>(account); }
    // What two recipients have alike that one copy serves.
    std::string place() const { return kind == Kind::public_folder ? address + ' ' + original : std::string(); }
};

// A mailbox of the envelope's tenant that keeps a copy among its sent mail.
struct SentCopy {
    AccountId account;
    std::string address;
};

struct Envelope {
    Uuid ingest;
    TenantId tenant;
    std::string sender;  // empty: <>
    std::vector<Recipient> recipients;
    Time received_at;
    AccountId account;  // who submitted; zero: not authenticated
    std::string remote_address;
    std::string helo;
    std::string protocol;
    std::string traceparent;
    std::vector<SentCopy> sent_copies = {};
};

struct Submission {
    Envelope envelope;
    std::string message_id;
    std::string fingerprint;  // 32 octets
    mailstore::PreparedMessage message;
};

// A message's place in a mailbox: in the INBOX of who receives it (or the public folder that was written to), or seen among the sent mail
// of whose name it bears.
inline mailstore::Recipient placing(AccountId account, std::string prefix, Time at, std::vector<std::string> written_to = {}) {
    return {
        .account = account, .mailbox = std::nullopt, .prefix = std::move(prefix), .internal_date = at, .written_to = std::move(written_to)};
}
inline mailstore::Recipient sent_copy(AccountId account, Time at) {
    return {.account = account,
            .mailbox = std::nullopt,
            .prefix = {},
            .internal_date = at,
            .flags = mailstore::seen,
            .folder = mailstore::Folder::sent};
}

// The header lines of one recipient's copy (RFC 5321 §4.4).
std::string recipient_prefix(std::string_view sender, std::string_view recipient);

}  // namespace sky::delivery
