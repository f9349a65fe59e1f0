#pragma once
// What smtp hands over: an envelope and a message made ready for the store.
#include <string>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/base/uuid.h"
#include "sky/mailstore/message.h"

namespace sky::delivery {

struct Recipient {
    std::string address;   // RCPT TO
    std::string original;  // RFC 3461 ORCPT, may be empty
    TenantId tenant;       // zero: remote
    AccountId account;
    bool local() const { return static_cast<bool>(account); }
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
};

struct Submission {
    Envelope envelope;
    std::string message_id;
    std::string fingerprint;  // 32 octets
    mailstore::PreparedMessage message;
};

// The header lines of one recipient's copy (RFC 5321 §4.4).
std::string recipient_prefix(std::string_view sender, std::string_view recipient);

}  // namespace sky::delivery
