#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "stream_state.h"

namespace sky::net {

namespace asio = boost::asio;
using asio::ip::tcp;

Task<Result<Stream>> connect_socket(tcp::socket socket, tcp::endpoint address, Deadline deadline);

namespace {

// Outlives the caller: a lookup can't be called back, only no longer waited for.
struct Lookup {
    explicit Lookup(const Executor& executor) : resolver(executor) {}
    tcp::resolver resolver;
    boost::system::error_code error;
    std::vector<tcp::endpoint> found;
    asio::steady_timer* waiting = nullptr;
    bool done = false;
};

struct Waiting {
    std::shared_ptr<Lookup> lookup;
    ~Waiting() { lookup->waiting = nullptr; }
};

Task<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port, Deadline deadline) {
    if (const auto literal = parse_address(host)) {
        boost::system::error_code ignored;
        co_return std::vector<tcp::endpoint>{{asio::ip::make_address(address_text(*literal), ignored), port}};
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto lookup = std::make_shared<Lookup>(executor);
    asio::steady_timer timer(executor, deadline);
    lookup->waiting = &timer;
    const Waiting waiting{lookup};
    lookup->resolver.async_resolve(host, std::to_string(port),
                                   [lookup](const boost::system::error_code& error, const tcp::resolver::results_type& results) {
                                       lookup->error = error;
                                       for (const auto& result : results) lookup->found.push_back(result.endpoint());
                                       lookup->done = true;
                                       if (lookup->waiting) lookup->waiting->cancel();
                                   });
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!lookup->done) co_return unexpected(Fault::timeout, "timeout", "looking up " + host);
    if (lookup->error || lookup->found.empty())
        co_return unexpected(Fault::unavailable, "no such host", host + ": " + lookup->error.message());
    co_return std::move(lookup->found);
}

}  // namespace

Task<Result<Stream>> connect_socket(tcp::socket socket, tcp::endpoint address, Deadline deadline) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    int failure = ::connect(socket.native_handle(), address.data(), static_cast<socklen_t>(address.size())) == 0 ? 0 : errno;
    Stream stream(std::move(socket));
    if (failure == EINPROGRESS) {
        const auto state = stream.state_;
        const Ready ready = co_await state->wait(&state->write_until, Stream::State::Direction::wait_write, deadline);
        if (ready != Ready::ready) co_return failure_of(ready);
        socklen_t size = sizeof failure;
        if (::getsockopt(state->socket.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
        if (failure == 0) {
            state->peer = endpoint_of(address);
            if (const auto here = state->socket.local_endpoint(error); !error) state->local = endpoint_of(here);
        }
    }
    if (failure != 0) co_return system_failure("connect", failure);
    co_return stream;
}

Task<Result<Stream>> connect(std::string host, std::uint16_t port, std::shared_ptr<const TlsClient> tls, Deadline deadline,
                             std::function<bool(std::string_view)> permitted) {
    const auto executor = co_await asio::this_coro::executor;
    const auto addresses = co_await resolve(host, port, deadline);
    if (!addresses) co_return forward(addresses);
    Error last{Fault::unavailable, "connection failed", "no address"};
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        const auto& address = (*addresses)[i];
        if (permitted && !permitted(endpoint_of(address).address)) {
            last = {Fault::unavailable, "connection failed", endpoint_of(address).text() + ": an address that is not permitted"};
            continue;
        }
        tcp::socket socket(executor);
        boost::system::error_code error;
        socket.open(address.protocol(), error);
        if (error) continue;
        // No address may use up the time of all: each gets its share of what is left.
        const auto share = (deadline - std::chrono::steady_clock::now()) / static_cast<long>(addresses->size() - i);
        auto stream = co_await connect_socket(std::move(socket), address, after(share));
        if (!stream) {
            last = std::move(stream.error());
            last.reason = endpoint_of(address).text() + ": " + last.reason;
            continue;
        }
        if (!tls) co_return std::move(*stream);
        stream->expires_at(deadline);
        if (auto secured = co_await stream->start_tls(tls, host); !secured) co_return forward(secured);
        stream->expires_at(Deadline::max());
        co_return std::move(*stream);
    }
    co_return unexpected(std::move(last));
}

}  // namespace sky::net
