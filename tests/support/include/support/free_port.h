#pragma once
// A TCP port of 127.0.0.1 that nobody listened on a moment ago.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>

namespace support {

inline std::uint16_t free_port() {
    boost::asio::io_context context;
    return boost::asio::ip::tcp::acceptor(context, {boost::asio::ip::make_address("127.0.0.1"), 0}).local_endpoint().port();
}

}  // namespace support
