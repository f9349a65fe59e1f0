#pragma once
// The kinds of expected failure, and how each protocol says them. One table; no protocol invents its own mapping.
#include <string_view>

namespace sky {

enum class Fault {
    syntax,             // the peer's bytes do not follow the grammar
    wrong_state,        // a valid request at the wrong time
    unsupported,        // a valid request that this server does not offer
    not_authenticated,  // sign in first
    bad_credentials,    // who you say you are could not be proved
    privacy_required,   // only under TLS
    forbidden,          // known who you are; you may not
    not_found,          // no such mailbox, message, object
    unknown_recipient,  // no such address here
    already_exists,     // the name is taken
    conflict,           // a precondition (ETag, UNCHANGEDSINCE) failed
    over_quota,         // the account is full
    too_large,          // this one thing is beyond its limit
    limit,              // too many of something, or too fast; wait
    unavailable,        // a dependency is away: always temporary
    timeout,            // a deadline passed: always temporary
    corrupt,            // stored data fails its check
    internal,           // our bug, survived
};

// How a Fault is told to a peer. Every column is a wire token of that protocol.
struct FaultCodes {
    Fault fault;
    std::string_view name;      // stable, for logs and metrics
    std::string_view imap;      // RFC 5530 response code, may be empty
    bool imap_bad;              // BAD rather than NO
    int smtp;                   // RFC 5321 §4.2.3
    std::string_view enhanced;  // RFC 3463
    std::string_view pop3;      // RFC 2449 §8, RFC 3206; may be empty
    int http;
    std::string_view jmap;  // RFC 8620 §3.6.2
    int grpc;               // grpc::StatusCode
    bool temporary;         // the same request may succeed later
};

// The row of a fault; total over the enum.
const FaultCodes& codes(Fault fault);

// The fault that a gRPC status code stands for on the way back (the inverse of FaultCodes::grpc where it is unique).
Fault fault_of_grpc(int status_code);

}  // namespace sky
