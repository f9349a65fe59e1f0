#include "dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sky::ldap {
namespace {
struct Resolved {
    addrinfo* first = nullptr;
    ~Resolved() {
        if (first) ::freeaddrinfo(first);
    }
};

std::string text_of(const addrinfo& address) {
    char out[NI_MAXHOST] = {};
    return ::getnameinfo(address.ai_addr, address.ai_addrlen, out, sizeof out, nullptr, 0, NI_NUMERICHOST) == 0 ? out : "";
}

// 0, or why not.
int wait_connected(int socket, const addrinfo& address, std::chrono::milliseconds patience) {
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd wanted{socket, POLLOUT, 0};
    if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}
}  // namespace

std::chrono::milliseconds time_left(std::chrono::milliseconds patience, Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::clamp(left, std::chrono::milliseconds(0), patience);
}

Result<int> dial(const Options& options, const Server& server, Deadline deadline) {
    const addrinfo hints{.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    Resolved found;
    std::string reasons;
    const auto note = [&](const std::string& what) { reasons += (reasons.empty() ? "" : ", ") + what; };
    if (const int failed = ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found.first); failed != 0)
        note(::gai_strerror(failed));
    for (const addrinfo* address = found.first; address; address = address->ai_next) {
        const std::string text = text_of(*address);
        if (options.permitted && !options.permitted(text)) {
            note(text + " is not permitted");
            continue;
        }
        const int socket = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket < 0) continue;
        const int failed = wait_connected(socket, *address, time_left(options.patience, deadline));
        if (failed == 0) {
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
            return socket;
        }
        note(text + ": " + std::strerror(failed));
        ::close(socket);
    }
    // One text for all, so that nobody explores a network by it.
    return unexpected(Fault::unavailable, "the directory can't be reached", server.text() + ": " + reasons);
}

}  // namespace sky::ldap
