// Waiting: readiness, deadlines, cancellation, taking turns.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "stream_state.h"

namespace sky::net {
namespace {

constexpr std::string_view eof_mark = "end of stream";
constexpr unsigned turns = 32;  // operations in a row without a wait

// Keeps the deadline known to the timer for as long as the wait lasts, also when it ends by an exception.
struct Slot {
    Deadline* slot;
    Slot(Deadline* in, Deadline deadline) : slot(in) { *slot = deadline; }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { *slot = Deadline::max(); }
};

}  // namespace

bool is_eof(const Error& error) { return error.fault == Fault::unavailable && error.reason.starts_with(eof_mark); }

std::unexpected<Error> eof_failure(std::string_view how) {
    return unexpected(Fault::unavailable, "connection closed", std::string(eof_mark) + ": " + std::string(how));
}

std::unexpected<Error> system_failure(const char* call, int number) {
    if (number == ECONNRESET || number == EPIPE) return eof_failure("connection reset");
    char text[128];
    return unexpected(Fault::unavailable, "connection failed", std::string(call) + ": " + strerror_r(number, text, sizeof text));
}

std::unexpected<Error> failure_of(Ready ready) {
    if (ready == Ready::timeout) return unexpected(Fault::timeout, "timeout", "deadline passed");
    if (ready == Ready::cancelled) return unexpected(Fault::timeout, "timeout", "cancelled");
    return unexpected(Fault::unavailable, "connection closed", "closed by this side");
}

Task<Ready> Stream::State::wait(Deadline* slot, Direction direction, Deadline deadline, const bool* event) {
    const auto self = shared_from_this();
    const auto cancels_before = cancels;
    busy = 0;
    for (;;) {
        if (!socket.is_open()) co_return Ready::closed;
        if (event && *event) co_return Ready::event;
        if (cancels != cancels_before) co_return Ready::cancelled;
        if (passed(deadline)) co_return Ready::timeout;
        const Slot held(slot, deadline);
        arm();
        // Deferred: use_awaitable would keep a coroutine of its own for as long as the wait lasts, on each idle connection.
        const auto [error] = co_await socket.async_wait(direction, boost::asio::as_tuple(boost::asio::deferred));
        if (!error) co_return socket.is_open() ? Ready::ready : Ready::closed;
        // Aborted: by our deadline, an event, cancel() or close() — or for the operation in the other direction, and then we wait on.
        // Cancellation of the coroutine itself throws at the next co_await.
        if (error != boost::asio::error::operation_aborted) co_return Ready::closed;
    }
}

Task<void> Stream::State::take_turns() {
    if (++busy < turns) co_return;
    busy = 0;
    co_await yield();
}

// The timer is only moved forward: when it fires too early for the present operation it is set again then.
void Stream::State::arm() {
    const Deadline next = std::min(read_until, write_until);
    if (next == Deadline::max() || (armed && timer.expiry() <= next)) return;
    armed = true;
    timer.expires_at(next);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        const auto self = weak.lock();
        if (!self) return;
        self->armed = false;
        if (passed(std::min(self->read_until, self->write_until))) {
            self->cancel_waits();
        } else {
            self->arm();
        }
    });
}

void Stream::State::cancel_waits() {
    boost::system::error_code ignored;
    socket.cancel(ignored);
}

void Stream::State::close() {
    boost::system::error_code ignored;
    socket.close(ignored);
    timer.cancel();
    armed = false;
}

}  // namespace sky::net
