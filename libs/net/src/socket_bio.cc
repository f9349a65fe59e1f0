// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE; this one does not.
#include <sys/socket.h>

#include <cerrno>

#include "stream_state.h"

namespace sky::net {
namespace {

int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int on_write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
    BIO_clear_retry_flags(bio);
    const auto n = ::send(socket_of(bio), bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
        *written = static_cast<std::size_t>(n);
        return 1;
    }
    *written = 0;
    if (errno == EAGAIN || errno == EINTR) BIO_set_retry_write(bio);
    return 0;
}

int on_read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    BIO_clear_retry_flags(bio);
    const auto n = ::recv(socket_of(bio), into, size, MSG_DONTWAIT);
    *count = n > 0 ? static_cast<std::size_t>(n) : 0;
    if (n > 0) return 1;
    if (n == 0) {
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        errno = 0;
    } else if (errno == EAGAIN || errno == EINTR) {
        BIO_set_retry_read(bio);
    }
    return 0;
}

long on_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* method() {
    static const BIO_METHOD* made = [] {
        BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sky socket");
        BIO_meth_set_write_ex(m, on_write);
        BIO_meth_set_read_ex(m, on_read);
        BIO_meth_set_ctrl(m, on_control);
        return m;
    }();
    return made;
}

}  // namespace

BIO* new_socket_bio(int socket) {
    BIO* bio = BIO_new(method());
    if (!bio) return nullptr;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace sky::net
