#pragma once
// What a Stream holds. Readiness is awaited, then the system call (or OpenSSL over a BIO of our own) is tried again: so an idle connection
// needs no buffer, and one timer serves every operation.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "openssl.h"
#include "sky/deflate/deflater.h"
#include "sky/deflate/inflater.h"
#include "sky/net/stream.h"

namespace sky::net {

// Compression of one connection (stream_deflate.cc).
struct Coding {
    std::optional<deflate::Deflater> deflater{std::in_place};  // none: what is sent is plain again
    std::optional<deflate::Inflater> inflater{std::in_place};  // none: what comes is plain again
    bool ends = false;                                         // the inflater works up to its peer's last flush
    std::string encoded;                                       // received, not inflated yet
    std::string plain;                                         // looked at, and not read yet
    std::optional<Error> failure;

    bool is_over() const { return !deflater && !inflater && !ends && encoded.empty() && plain.empty() && !failure; }
};

enum class Ready { ready, event, timeout, cancelled, closed };

struct Stream::State : std::enable_shared_from_this<Stream::State> {
    using Direction = boost::asio::ip::tcp::socket::wait_type;

    explicit State(boost::asio::ip::tcp::socket from);

    // Waits until the socket is ready in this direction. `slot` is this operation's place for its deadline: &read_until or &write_until.
    Task<Ready> wait(Deadline* slot, Direction direction, Deadline deadline, const bool* event = nullptr);
    // After many operations that never had to wait, lets others run.
    Task<void> take_turns();
    void arm();
    void cancel_waits();
    void close();

    Result<std::size_t> read_now(char* into, std::size_t size);
    // The same without decompression.
    Result<std::size_t> receive(char* into, std::size_t size);
    Result<std::size_t> read_coded(char* into, std::size_t size);
    Result<std::size_t> read_behind_coding(char* into, std::size_t size);
    bool has_input(Deadline deadline);
    // Would a read return at once? Otherwise what can be let go of is let go of.
    bool look_ahead();
    // 0: would block, in the direction `wants`.
    Result<std::size_t> write_now(std::string_view bytes);
    Task<Result<void>> write_all(std::string_view bytes, Deadline deadline);
    Task<Result<void>> send_all(std::string_view bytes, Deadline deadline);  // without compression
    Task<Result<void>> write_plain(std::span<const std::string_view> parts, Deadline deadline);
    Task<Result<void>> handshake(SslPtr session);
    Result<std::size_t> tls_outcome(int returned, std::size_t count, Direction& wants);

    boost::asio::ip::tcp::socket socket;
    boost::asio::steady_timer timer;
    bool armed = false;
    bool tls_before = false;  // a trusted proxy ended it
    Deadline read_until = Deadline::max();
    Deadline write_until = Deadline::max();
    std::chrono::steady_clock::duration limit = std::chrono::minutes(5);
    Deadline point = Deadline::max();
    std::uint64_t cancels = 0;
    unsigned busy = 0;
    Direction read_wants = Direction::wait_read;
    Direction write_wants = Direction::wait_write;
    Endpoint peer, local;
    SslPtr ssl;
    std::unique_ptr<Coding> coding;
};

std::unexpected<Error> failure_of(Ready ready);
std::unexpected<Error> eof_failure(std::string_view how);
std::unexpected<Error> system_failure(const char* call, int number);
Endpoint endpoint_of(const boost::asio::ip::tcp::endpoint& from);
BIO* new_socket_bio(int socket);

}  // namespace sky::net
