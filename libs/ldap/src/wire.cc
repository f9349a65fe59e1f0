#include "wire.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace sky::ldap {
namespace {
Wire& wire_of(Sockbuf_IO_Desc* layer) { return *static_cast<Wire*>(layer->sbiod_pvt); }

bool wait_for(Wire& wire, short what) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(wire.until - std::chrono::steady_clock::now()).count();
    pollfd wanted{wire.socket, what, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready == 0) errno = ETIMEDOUT;
    return ready > 0;
}

int set_up(Sockbuf_IO_Desc* layer, void* wire) {
    layer->sbiod_pvt = wire;
    return 0;
}

int tear_down(Sockbuf_IO_Desc*) { return 0; }

// 0: not ours, the stack answers itself.
int control(Sockbuf_IO_Desc*, int, void*) { return 0; }

ber_slen_t read_some(Sockbuf_IO_Desc* layer, void* into, ber_len_t most) {
    Wire& wire = wire_of(layer);
    for (;;) {
        if (!wait_for(wire, POLLIN)) return -1;
        const auto got = ::recv(wire.socket, into, most, MSG_DONTWAIT);
        if (got >= 0 || (errno != EAGAIN && errno != EINTR)) return got;
    }
}

ber_slen_t write_some(Sockbuf_IO_Desc* layer, void* from, ber_len_t size) {
    Wire& wire = wire_of(layer);
    for (;;) {
        const auto sent = ::send(wire.socket, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0 || (errno != EAGAIN && errno != EINTR)) return sent;
        if (!wait_for(wire, POLLOUT)) return -1;
    }
}

int close_it(Sockbuf_IO_Desc* layer) {
    ::close(wire_of(layer).socket);
    return 0;
}

Sockbuf_IO functions{set_up, tear_down, control, read_some, write_some, close_it};
}  // namespace

bool lay(Sockbuf* stack, Wire& wire) {
    int socket = wire.socket;
    return ::ber_sockbuf_add_io(stack, &functions, LBER_SBIOD_LEVEL_PROVIDER, &wire) == 0 &&
           ::ber_sockbuf_ctrl(stack, LBER_SB_OPT_SET_FD, &socket) >= 0;
}

}  // namespace sky::ldap
