#include "health_probe.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>

#include "sky/base/ascii.h"

namespace sky::settings {
namespace {
struct Socket {
    int fd = -1;
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
};

// Whether it is connected; the timeout holds for connecting, sending and receiving.
bool connect_to(Socket& socket, const std::string& address, std::uint16_t port, int milliseconds) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
    socket.fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{.tv_sec = milliseconds / 1000, .tv_usec = (milliseconds % 1000) * 1000};
    const bool connected = socket.fd >= 0 && ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
                           ::setsockopt(socket.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
                           ::connect(socket.fd, found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    return connected;
}
}  // namespace

Probe probe_health(std::string address, std::uint16_t port, int milliseconds) {
    if (address == "0.0.0.0") address = "127.0.0.1";
    if (address == "::") address = "::1";
    const std::string place = address + " port " + std::to_string(port);
    Socket socket;
    if (!connect_to(socket, address, port, milliseconds)) return {1, "nothing answers on " + place};
    constexpr std::string_view request = "GET /healthz/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return {1, "no connection to " + place};
    std::string answer;
    char part[1024];
    for (ssize_t got = 0; answer.size() < 16384 && (got = ::recv(socket.fd, part, sizeof part, 0)) > 0;)
        answer.append(part, static_cast<std::size_t>(got));
    if (answer.empty()) return {1, "no answer from " + place};
    const auto body = answer.find("\r\n\r\n");
    const std::string said = ascii::printable(ascii::trim(body == std::string::npos ? answer : answer.substr(body + 4)), 200);
    return {answer.starts_with("HTTP/1.1 200 ") ? 0 : 1, said};
}

}  // namespace sky::settings
