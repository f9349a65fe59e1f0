#include "sky/net/listener.h"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "sky/async/report.h"
#include "sky/net/proxy_protocol.h"

namespace sky::net {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Listener::State : std::enable_shared_from_this<Listener::State> {
    State(Group& into, ListenerOptions with, Session run)
        : sessions(&into), options(std::move(with)), session(std::move(run)), acceptor(into.executor()), accepting(into.executor()) {}

    Result<void> listen();
    static Task<void> accept(std::shared_ptr<State> self);
    void admit(tcp::socket socket);
    // Moves the stream to its client's address; then TLS. False: refused and reported.
    Task<bool> open(Stream& stream, std::string& key);
    Task<Result<void>> read_proxy_header(Stream& stream);
    bool enter(const std::string& key) {
        auto& count = by_key[key];
        if (count >= options.connections_per_ip) return false;
        ++count;
        return true;
    }
    void leave(const std::string& key) {
        const auto found = by_key.find(key);
        if (found != by_key.end() && --found->second == 0) by_key.erase(found);
    }
    void refuse(std::string_view event, std::string_view who, std::string_view reason) const {
        report(event, options.name + " " + std::string(who), reason);
    }
    void turn_away(Stream& stream, std::string_view reason) {
        ++counts.refused_limit;
        if (!options.tls && !options.busy_text.empty()) (void)stream.try_write(options.busy_text);
        refuse("net.connection.refused", stream.peer().address, reason);
    }

    Group* sessions;
    ListenerOptions options;
    Session session;
    tcp::acceptor acceptor;
    Group accepting;
    std::uint16_t port = 0;
    std::size_t open_now = 0;
    std::map<std::string, std::size_t, std::less<>> by_key;
    ListenerCounts counts;
};

namespace {

// What a connection takes from the limits, given back when its session ends in whatever way.
template <class State>
struct Place {
    std::shared_ptr<State> state;
    std::string key;  // empty: not counted by address (yet)
    explicit Place(std::shared_ptr<State> in) : state(std::move(in)) { ++state->open_now; }
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place() {
        if (!state) return;
        --state->open_now;
        if (!key.empty()) state->leave(key);
    }
};

template <class State>
Task<void> run(std::shared_ptr<State> state, Stream stream, Place<State> place) {
    if (!co_await state->open(stream, place.key)) co_return;
    co_await state->session(std::move(stream));
}

}  // namespace

Result<void> Listener::State::listen() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return unexpected(Fault::syntax, options.name + ": not an address: " + options.address);
    tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (error == asio::error::address_family_not_supported && address.is_v6() && address.is_unspecified()) {
        endpoint = tcp::endpoint(tcp::v4(), options.port);  // a machine without IPv6
        acceptor.open(endpoint.protocol(), error);
    }
    const int on = 1;
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
        acceptor.bind(endpoint, error);
    }
    if (!error) acceptor.listen(1024, error);
    if (error) {
        return unexpected(Fault::unavailable,
                          options.name + " can't listen on " + Endpoint{options.address, options.port}.text() + ": " + error.message());
    }
    port = acceptor.local_endpoint(error).port();
    return {};
}

Task<void> Listener::State::accept(std::shared_ptr<State> self) {
    while (self->acceptor.is_open()) {
        auto [error, socket] = co_await self->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (!error) {
            self->admit(std::move(socket));
        } else if (error != asio::error::operation_aborted) {
            // Out of file descriptors or memory, mostly: connections wait in the kernel meanwhile.
            report("net.accept.failed", self->options.name, error.message());
            co_await sleep_for(std::chrono::milliseconds(100));
        }
    }
}

void Listener::State::admit(tcp::socket socket) {
    ++counts.accepted;
    Stream stream(std::move(socket));
    if (open_now >= options.connections) return turn_away(stream, "too many connections");
    Place<State> place(shared_from_this());
    if (!contains(options.trusted_proxies, stream.peer().address)) {
        const auto key = limit_key(stream.peer().address);
        if (!enter(key)) return turn_away(stream, "too many connections from this address");
        place.key = key;
    }
    sessions->spawn(options.name, run(shared_from_this(), std::move(stream), std::move(place)));
}

Task<bool> Listener::State::open(Stream& stream, std::string& key) {
    stream.expires_at(after(options.opening_limit));
    if (key.empty()) {
        if (auto read = co_await read_proxy_header(stream); !read) {
            ++counts.refused_proxy;
            refuse("net.proxy.refused", stream.peer().address, read.error().reason);
            co_return false;
        }
        const auto client = limit_key(stream.peer().address);
        // A proxy's own health checks keep the proxy's address, which is not limited.
        if (!contains(options.trusted_proxies, stream.peer().address)) {
            if (!enter(client)) {
                turn_away(stream, "too many connections from this address");
                co_return false;
            }
            key = client;
        }
    }
    if (options.tls) {
        if (auto secured = co_await stream.start_tls(options.tls); !secured) {
            ++counts.refused_tls;
            refuse("net.tls.refused", stream.peer().address, secured.error().reason);
            co_return false;
        }
    }
    stream.expires_at(Deadline::max());
    co_return true;
}

// Reads the header and not an octet more: what follows may be TLS.
Task<Result<void>> Listener::State::read_proxy_header(Stream& stream) {
    std::string bytes;
    for (;;) {
        auto parsed = parse_proxy_header(bytes);
        if (!parsed) co_return forward(parsed);
        if (const auto* header = std::get_if<ProxyHeader>(&*parsed)) {
            if (!header->local) stream.set_peer(header->source, header->destination);
            if (header->tls) stream.set_private();
            co_return Result<void>{};
        }
        const std::size_t before = bytes.size();
        const std::size_t missing = std::get<ProxyNeedsMore>(*parsed).at_least;
        bytes.resize(before + missing);
        const auto n = co_await stream.read_some(bytes.data() + before, missing);
        if (!n) co_return forward(n);
        bytes.resize(before + *n);
    }
}

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}
Listener::~Listener() { stop(); }

Result<std::unique_ptr<Listener>> Listener::open(Group& sessions, ListenerOptions options, Session session) {
    auto state = std::make_shared<State>(sessions, std::move(options), std::move(session));
    if (auto listening = state->listen(); !listening) return forward(listening);
    state->accepting.spawn("accept " + state->options.name, State::accept(state));
    return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

std::uint16_t Listener::port() const { return state_->port; }
std::size_t Listener::connections() const { return state_->open_now; }
ListenerCounts Listener::counts() const { return state_->counts; }
void Listener::stop() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->accepting.cancel();
}

}  // namespace sky::net
