#pragma once
// How a unary call is made.
#include <string>

#include "sky/async/timer.h"

namespace sky::rpc {

// Whether the call may be made a second time when the other end was away: only if doing it twice is the same as once.
enum class Retry { never, once };

struct CallOptions {
    Deadline deadline;
    Retry retry = Retry::never;
    std::string traceparent = {};
    std::string bearer = {};  // for whom the call speaks: sent as "authorization: Bearer …"; empty: for the certificate itself
};

}  // namespace sky::rpc
