#include "sky/net/stream.h"

#include <sys/socket.h>

#include <algorithm>

#include "stream_state.h"
#include "tls_common.h"

namespace sky::net {

namespace asio = boost::asio;

Endpoint endpoint_of(const asio::ip::tcp::endpoint& from) {
    AddressBytes bytes{};
    if (from.address().is_v4()) {
        bytes[10] = bytes[11] = 0xff;
        const auto four = from.address().to_v4().to_bytes();
        std::copy(four.begin(), four.end(), bytes.begin() + 12);
    } else {
        const auto sixteen = from.address().to_v6().to_bytes();
        std::copy(sixteen.begin(), sixteen.end(), bytes.begin());
    }
    return {address_text(bytes), from.port()};
}

Stream::State::State(asio::ip::tcp::socket from) : socket(std::move(from)), timer(socket.get_executor()) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    if (const auto remote = socket.remote_endpoint(error); !error) peer = endpoint_of(remote);
    if (const auto here = socket.local_endpoint(error); !error) local = endpoint_of(here);
}

Stream::Stream() = default;
Stream::Stream(asio::ip::tcp::socket socket) : state_(std::make_shared<State>(std::move(socket))) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&& other) noexcept {
    if (this != &other) {
        close();
        state_ = std::move(other.state_);
    }
    return *this;
}
Stream::~Stream() { close(); }

void Stream::expires_after(std::chrono::steady_clock::duration limit) { state_->limit = limit; }
void Stream::expires_at(Deadline point) { state_->point = point; }
Deadline Stream::deadline() const { return std::min(after(state_->limit), state_->point); }

Result<std::size_t> Stream::read_now(char* into, std::size_t size) { return state_->read_now(into, size); }

Result<std::size_t> Stream::try_write(std::string_view bytes) { return state_->write_now(bytes); }

Task<Result<std::size_t>> Stream::read_some(char* into, std::size_t size) { return read_some(into, size, deadline()); }

Task<Result<std::size_t>> Stream::read_some(char* into, std::size_t size, Deadline deadline) {
    const auto state = state_;
    for (;;) {
        const auto n = state->read_now(into, size);
        if (!n || *n > 0 || size == 0) {
            co_await state->take_turns();
            co_return n;
        }
        const Ready ready = co_await state->wait(&state->read_until, state->read_wants, deadline);
        if (ready != Ready::ready) co_return failure_of(ready);
    }
}

Task<Result<void>> Stream::write(std::string_view bytes) { return state_->write_all(bytes, deadline()); }

Task<Result<void>> Stream::write(std::span<const std::string_view> parts) {
    const auto state = state_;
    const Deadline until = deadline();
    if (!state->ssl && !state->coding) co_return co_await state->write_plain(parts, until);
    // One TLS record costs about the same whatever it holds, and so does a flush of compression: gather small parts.
    std::string gathered;
    constexpr std::size_t record = 16 * 1024;
    for (const auto part : parts) {
        if (!gathered.empty() && gathered.size() + part.size() > record) {
            if (auto sent = co_await state->write_all(gathered, until); !sent) co_return sent;
            gathered.clear();
        }
        if (part.size() >= record) {
            if (auto sent = co_await state->write_all(part, until); !sent) co_return sent;
        } else {
            gathered += part;
        }
    }
    co_return co_await state->write_all(gathered, until);
}

namespace {

class Interrupt final : public EventWaiter {
  public:
    Interrupt(Event& event, asio::ip::tcp::socket& socket) : EventWaiter(event), socket_(socket) {}
    void notified() override {
        hit = true;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
    bool hit = false;

  private:
    asio::ip::tcp::socket& socket_;
};

}  // namespace

// Without a read: is it known that one would not wait?
bool Stream::State::has_input(Deadline deadline) {
    if (coding) return look_ahead();
    char octet;
    if (!ssl)  // readiness will tell, unless there is no time to wait for it
        return passed(deadline) && ::recv(socket.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
    // What makes a TLS socket readable may hold nothing for us (a session ticket): only a decrypted octet, the end or a failure counts.
    std::size_t count = 0;
    errno = 0;
    ERR_clear_error();
    const int returned = SSL_peek_ex(ssl.get(), &octet, 1, &count);
    const auto peeked = tls_outcome(returned, count, read_wants);
    return !peeked || *peeked > 0;
}

Task<Result<Wake>> Stream::wait_readable(Deadline deadline, Event* event) {
    const auto state = state_;
    std::optional<Interrupt> interrupt;
    if (event) interrupt.emplace(*event, state->socket);
    for (;;) {
        if (state->has_input(deadline)) co_return Wake::input;
        const auto wants = state->ssl ? state->read_wants : State::Direction::wait_read;
        const Ready ready = co_await state->wait(&state->read_until, wants, deadline, interrupt ? &interrupt->hit : nullptr);
        if (ready == Ready::timeout) co_return Wake::timeout;
        if (ready == Ready::event) co_return Wake::event;
        if (ready != Ready::ready) co_return failure_of(ready);
        if (!state->ssl && !state->coding) co_return Wake::input;
    }
}

void Stream::cancel() {
    if (!state_) return;
    ++state_->cancels;
    state_->cancel_waits();
}

void Stream::close() {
    if (state_) state_->close();
}

Task<void> Stream::shutdown() {
    const auto state = state_;
    if (!state || !state->socket.is_open()) co_return;
    const Deadline until = after(std::chrono::seconds(5));
    if (state->ssl && SSL_is_init_finished(state->ssl.get())) {
        ERR_clear_error();
        SSL_shutdown(state->ssl.get());  // close_notify; when the peer reads nothing it goes without
        ERR_clear_error();
    }
    boost::system::error_code error;
    state->socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    // Octets still coming in would make the kernel answer with a reset, which can destroy our last reply on its way.
    char dropped[4096];
    for (int i = 0; i < 64 && !error; ++i) {
        const auto n = ::recv(state->socket.native_handle(), dropped, sizeof dropped, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) break;
        if (n < 0 && co_await state->wait(&state->read_until, State::Direction::wait_read, until) != Ready::ready) break;
    }
    state->close();
}

bool Stream::is_open() const { return state_ && state_->socket.is_open(); }
const Endpoint& Stream::peer() const { return state_->peer; }
const Endpoint& Stream::local() const { return state_->local; }
void Stream::set_peer(Endpoint peer, Endpoint local) {
    state_->peer = std::move(peer);
    state_->local = std::move(local);
}
bool Stream::is_tls() const { return state_ && state_->ssl; }
bool Stream::is_private() const { return state_ && (state_->ssl || state_->tls_before); }
void Stream::set_private() { state_->tls_before = true; }
Executor Stream::executor() const { return state_->socket.get_executor(); }

}  // namespace sky::net
