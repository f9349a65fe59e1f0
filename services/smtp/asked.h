#pragma once
// Whom a session asks: auth (the directory) and delivery (custody). Commands know these interfaces; rpc/ and libs/identity stand behind
// them, in tests something simple does.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/clock.h"
#include "sky/base/result.h"
#include "sky/base/uuid.h"
#include "sky/identity/principal.h"

namespace sky::smtpd {

class MessageBuffer;

class Directory {
  public:
    virtual ~Directory() = default;
    virtual Task<Result<identity::Principal>> authenticate(identity::Attempt attempt, Deadline deadline) = 0;
    virtual Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) = 0;
    // Fault::unavailable when auth is away: never "unknown".
    virtual Task<Result<identity::Recipient>> resolve(std::string address, Deadline deadline) = 0;
    virtual Task<Result<identity::Recipient>> resolve(std::string address, identity::Sender sender, Deadline deadline) = 0;
    // Whether the user may do that with the mailbox of that address (a delegate's right).
    virtual Task<Result<identity::Permission>> authorize(const identity::Principal& user, identity::Action action, std::string address,
                                                         Deadline deadline) = 0;
};

// Where one copy goes; an alias makes several of one recipient.
struct Destination {
    std::string address;
    std::string original;  // as given in RCPT TO, when an alias led elsewhere; else empty
    TenantId tenant;       // 0: remote
    AccountId account;     // 0: remote
    enum class Kind {
        place,          // a mailbox, or an address elsewhere
        moderated,      // a group of `tenant`: its moderators decide first
        decision,       // what a moderator decides; see sky/smtp-proto/decision.h
        public_folder,  // in a tree of them: the address says which
    } kind = Kind::place;
    bool operator==(const Destination&) const = default;
};

// Octets of what the client sent that are left out.
struct Cut {
    std::uint64_t begin = 0, end = 0;
};
// A mailbox that keeps a copy among its sent mail.
struct SentCopy {
    AccountId account;
    std::string address;
    bool operator==(const SentCopy&) const = default;
};

// A message on its way to delivery.
struct Submission {
    Uuid ingest;
    TenantId tenant;           // the submitting user's, or of the first recipient
    std::string reverse_path;  // empty for <>
    std::vector<Destination> destinations;
    Time received_at;
    AccountId account;  // who submitted; 0: came from another server
    std::string remote_address, helo;
    std::string_view protocol;  // RFC 3848
    enum class Octets { seven_bit, eight_bit } octets = Octets::seven_bit;
    std::string traceparent;

    std::string head;               // our trace headers
    MessageBuffer* body = nullptr;  // what the client sent; outlives the call
    std::optional<Cut> cut;         // of the body
    std::vector<SentCopy> copies;   // in the submitter's tenant
    std::string sha256;             // of the body, whole
    std::string message_id;
};

// Whose the message is now: the id under which delivery keeps it, the old one when this was a repetition.
struct Receipt {
    Uuid ingest;
};

class Custody {
  public:
    virtual ~Custody() = default;
    // Success only once delivery has committed. Fault::unavailable or timeout: not known, the client must try again.
    virtual Task<Result<Receipt>> submit(const Submission& submission, Deadline deadline) = 0;
    // The client has heard our 250. Sent in batches, in the background; best effort.
    virtual void confirm(Uuid ingest, TenantId tenant) = 0;
};

}  // namespace sky::smtpd
