// The system calls: plain reads and writes.
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "stream_state.h"

namespace sky::net {

Result<std::size_t> Stream::State::read_now(char* into, std::size_t size) {
    if (coding && coding->is_over()) coding.reset();
    return coding ? read_coded(into, size) : receive(into, size);
}

Result<std::size_t> Stream::State::receive(char* into, std::size_t size) {
    if (!socket.is_open()) return failure_of(Ready::closed);
    if (size == 0) return std::size_t{0};
    if (ssl) {
        std::size_t count = 0;
        ERR_clear_error();
        errno = 0;
        const int returned = SSL_read_ex(ssl.get(), into, size, &count);
        return tls_outcome(returned, count, read_wants);
    }
    for (;;) {
        const auto n = ::recv(socket.native_handle(), into, size, MSG_DONTWAIT);
        if (n > 0) return static_cast<std::size_t>(n);
        if (n == 0) return eof_failure("closed by peer");
        if (errno == EAGAIN) return std::size_t{0};
        if (errno != EINTR) return system_failure("recv", errno);
    }
}

Result<std::size_t> Stream::State::write_now(std::string_view bytes) {
    if (!socket.is_open()) return failure_of(Ready::closed);
    if (ssl) {
        std::size_t count = 0;
        ERR_clear_error();
        errno = 0;
        const int returned = SSL_write_ex(ssl.get(), bytes.data(), bytes.size(), &count);
        return tls_outcome(returned, count, write_wants);
    }
    for (;;) {
        const auto n = ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno == EAGAIN) return std::size_t{0};
        if (errno != EINTR) return system_failure("send", errno);
    }
}

Task<Result<void>> Stream::State::write_all(std::string_view bytes, Deadline deadline) {
    if (!coding || !coding->deflater) co_return co_await send_all(bytes, deadline);
    const auto self = shared_from_this();
    std::string encoded;
    coding->deflater->compress(bytes, encoded);
    co_return co_await send_all(encoded, deadline);
}

Task<Result<void>> Stream::State::send_all(std::string_view bytes, Deadline deadline) {
    const auto self = shared_from_this();
    while (!bytes.empty()) {
        const auto n = write_now(bytes);
        if (!n) co_return forward(n);
        bytes.remove_prefix(*n);
        if (bytes.empty()) break;
        if (*n > 0) continue;
        const Ready ready = co_await wait(&write_until, write_wants, deadline);
        if (ready != Ready::ready) co_return failure_of(ready);
    }
    co_await take_turns();
    co_return Result<void>{};
}

Task<Result<void>> Stream::State::write_plain(std::span<const std::string_view> parts, Deadline deadline) {
    const auto self = shared_from_this();
    std::size_t sent_of_first = 0;
    while (!parts.empty()) {
        if (!socket.is_open()) co_return failure_of(Ready::closed);
        std::array<iovec, 64> vectors;
        const std::size_t count = std::min(parts.size(), vectors.size());
        std::size_t total = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto part = i == 0 ? parts[0].substr(sent_of_first) : parts[i];
            vectors[i] = {const_cast<char*>(part.data()), part.size()};
            total += part.size();
        }
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = count;
        const auto n = total == 0 ? 0 : ::sendmsg(socket.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            const Ready ready = co_await wait(&write_until, Direction::wait_write, deadline);
            if (ready != Ready::ready) co_return failure_of(ready);
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) co_return system_failure("sendmsg", errno);
        sent_of_first += static_cast<std::size_t>(n);
        while (!parts.empty() && sent_of_first >= parts[0].size()) {
            sent_of_first -= parts[0].size();
            parts = parts.subspan(1);
        }
    }
    co_await take_turns();
    co_return Result<void>{};
}

}  // namespace sky::net
