#pragma once
// An HTTP/1.1 server session over any Stream, plain or TLS.
#include <chrono>
#include <functional>

#include "sky/async/task.h"
#include "sky/http/head.h"
#include "sky/http/message.h"

namespace sky::http {

struct Options {
    HeadLimits head;
    std::size_t body_limit = 10 * 1024 * 1024;  // beyond: 413
    std::chrono::milliseconds head_time{10'000};
    std::chrono::milliseconds idle_time{60'000};  // between requests
    std::size_t body_rate = 1024;                 // octets per second a body must keep up, after 10 s of grace
    std::chrono::milliseconds body_grace{10'000};
    std::chrono::milliseconds write_time{60'000};
    std::size_t requests = 10'000;  // per connection
    std::string server;             // Server header; empty: none
};

// Called with a whole request. What it throws becomes 500 and a report; HEAD's body is dropped, Content-Length and Date are added here.
using Handler = std::function<Task<Response>(Request)>;

// Serves requests, one after the other, until the peer or a limit ends the connection. `options` and `handler` are copied once per
// connection. With `stopping` set and true the connection is closed after the answer at hand, and at once when idle is cancelled by the
// Group.
Task<void> serve(net::Stream stream, Options options, Handler handler, std::function<bool()> stopping = {});

}  // namespace sky::http
