#pragma once
// Who signed in, and where an address leads.
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/base/ids.h"
#include "sky/base/result.h"
#include "sky/sasl/connection.h"

namespace sky::identity {

// What one may send, as far as a plan says so; 0: no limit.
struct SendLimits {
    std::uint32_t hour = 0;        // messages in an hour of the clock (UTC)
    std::uint32_t day = 0;         // in a day (UTC)
    std::uint32_t recipients = 0;  // of one message
};

struct Principal {
    TenantId tenant;
    AccountId account;
    std::string address;  // the mailbox's primary address, normalised
    std::string display_name;
    std::int64_t version = 0;  // of the directory when this was read; a later change of the account revokes it
    SendLimits sends = {};     // of who signed in as "submission"
};

// What a client showed to prove who it is.
struct Attempt {
    std::string username;  // the full address
    std::string password;
    std::string authorization_id;  // RFC 4616 §2 authzid; may be empty
    std::string protocol;          // imap, pop3, submission, dav, …
    std::string remote_address;    // the client's IP address, without port
    enum class Transport { plain, tls } transport = Transport::plain;
    std::string traceparent;
    std::string one_time_code = {};  // second factor, where the protocol can ask for it
};

// A SASL dialogue that a client begins (RFC 4422). The gateway frames it and relays octets; auth alone knows what they mean.
struct Dialogue {
    std::string mechanism;
    std::optional<std::string> initial;  // as it stood on the line (base64, "="); absent is not the same as empty
    std::vector<std::string> enabled;    // mechanisms that this gateway offers at all
    sasl::Connection connection;
    std::vector<std::string> certificate_addresses;  // rfc822Names of the client's verified certificate
};

// Sends a challenge (base64) and returns the client's next line.
using AskClient = std::function<Task<Result<std::string>>(std::string wire)>;

// One place an address leads to: a mailbox here, or an address elsewhere (account is 0).
struct Target {
    TenantId tenant;
    AccountId account;
    std::string address;
    bool public_folders = false;  // a tree of them: the address that led here says which folder is meant
};

struct Recipient {
    enum class Kind {
        local,    // targets says where it goes: one mailbox, or an alias's expansion
        remote,   // the domain is not ours
        unknown,  // the domain is ours, the address does not exist
        refused,  // exists, but takes no mail (suspended, closed)
    };
    Kind kind = Kind::unknown;
    TenantId tenant;      // of the address's domain; 0 when remote
    std::string address;  // normalised
    std::vector<Target> targets;
    std::int64_t version = 0;
    // Whose it is: exact and subaddress (RFC 5233) and duty are the account's own; the others only lead to it.
    enum class How { exact, subaddress, duty, catch_all, group } how = How::exact;
    std::string detail;           // of a subaddress: what stands behind the separator
    std::string matched;          // the address of ours that decided
    bool forbidden = false;       // refused: a group that takes no mail of this sender
    bool sender_matters = false;  // another sender may get another answer
    bool moderation = false;      // the targets are the moderators, who decide
};

// What may be done with a mailbox.
enum class Action { open_mailbox, send_as, send_on_behalf };
struct Permission {
    bool allowed = false;  // what is not there and what may not be touched are told alike
    Target object;         // whose mailbox it is; only when allowed
    bool own = false;
    std::string sent_copy;  // where a copy of what is sent goes: sender, shared, both
    std::int64_t version = 0;
};

// Who writes to an address, where that may matter.
struct Sender {
    std::string address;  // empty for <>
    enum class Proof { none, signed_in } proof = Proof::none;
};

}  // namespace sky::identity
