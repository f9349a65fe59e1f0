#pragma once
// Coroutines on a private io_context, and two Streams joined by a loopback connection.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <stdexcept>

#include "sky/async/group.h"
#include "sky/net/stream.h"

namespace sky::net {

inline void run(Task<void> task) {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    bool ended = false;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) {
        failure = thrown;
        ended = true;
    });
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!ended && std::chrono::steady_clock::now() < limit) context.run_one_for(std::chrono::seconds(1));
    if (failure) std::rethrow_exception(failure);
    if (!ended) throw std::runtime_error("the test did not end");
}

struct Pair {
    Stream server, client;
};

inline Task<Pair> make_pair() {
    using boost::asio::ip::tcp;
    const auto executor = co_await boost::asio::this_coro::executor;
    tcp::acceptor acceptor(executor, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    auto client = co_await connect("127.0.0.1", acceptor.local_endpoint().port(), nullptr, after(std::chrono::seconds(5)));
    if (!client) throw std::runtime_error(client.error().reason);
    Pair out{Stream(co_await acceptor.async_accept(boost::asio::use_awaitable)), std::move(*client)};
    out.server.expires_after(std::chrono::seconds(5));
    out.client.expires_after(std::chrono::seconds(5));
    co_return out;
}

}  // namespace sky::net
