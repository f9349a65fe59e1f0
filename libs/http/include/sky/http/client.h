#pragma once
// One question to a server elsewhere, over TLS where it is not our own house, on a connection of its own.
#include <functional>
#include <memory>
#include <string>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/http/head.h"
#include "sky/net/tls.h"

namespace sky::http {

struct Question {
    std::string method = "GET";
    std::string url;  // https://host[:port]/path?query, in ASCII; http:// where the options say so; nothing else is asked
    Headers headers;
    std::string body;
};

enum class Privacy { tls, plain_allowed };

struct ClientOptions {
    std::shared_ptr<const net::TlsClient> tls;  // whom the server's certificate must be signed by
    Privacy privacy = Privacy::tls;             // plain_allowed: http:// too, for a neighbour that the operator named
    // Asked about the server's address before an octet is sent, after its name was resolved: no name of a stranger leads into a network of
    // ours. Unset: every address.
    std::function<bool(std::string_view address)> permitted;
    HeadLimits head;
    std::size_t body_limit = 256 * 1024;
};

// The answer, whatever its status; redirects are not followed. Fault::syntax for a URL that is none, Fault::too_large for an answer beyond
// the limits; whatever else goes wrong is Fault::unavailable or timeout, and does not say how far it got; the reason, for the log, does.
Task<Result<Response>> ask(Question question, ClientOptions options, Deadline deadline);

}  // namespace sky::http
