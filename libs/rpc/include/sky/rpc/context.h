#pragma once
// What a handler knows of the call it serves.
#include <chrono>
#include <cstddef>
#include <string>

#include "sky/async/timer.h"

namespace sky::rpc {

struct Context {
    Deadline deadline{};      // the caller's, but never later than longest_call from now; of a stream: Deadline::max()
    std::string request;      // full name of the request message, for the log: skybridge.auth.v1.AuthenticateRequest
    std::string caller;       // common name of the client's certificate, verified; what a service may ask is decided by it
    std::string peer;         // address of the other end, for the log
    std::string bearer;       // the token of "authorization: Bearer …" (RFC 6750 §2.1), unverified; never logged; empty: none
    std::string traceparent;  // W3C trace context; empty if the caller sent none that is well-formed
};

// Handlers of unary calls get no more time than this, whatever the caller asked for.
inline constexpr std::chrono::seconds longest_call{30};

}  // namespace sky::rpc
