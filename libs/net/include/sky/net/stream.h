#pragma once
// One TCP connection, plain or TLS, awaited. Belongs to one shard. At most one read and one write at a time (they may overlap).
//
// Failures: is_eof() when the peer closed; Fault::timeout when a limit passed or cancel() was called (the bytes read so far are kept by
// whoever read them); Fault::unavailable with the system's or OpenSSL's reason for all else. After any failure but a read's timeout, close.
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/event.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/net/address.h"
#include "sky/net/tls.h"

namespace sky::net {

// The peer ended the connection, in an orderly way or not (reset, TLS without close_notify). Not worth more than a debug line.
bool is_eof(const Error& error);

struct TlsInfo {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // OpenSSL's name
    int bits = 0;
    std::string server_name;                    // SNI, lower case; may be empty
    std::string alpn;                           // may be empty
    std::string client_subject;                 // of a verified client certificate, RFC 2253; may be empty
    std::vector<std::string> client_addresses;  // its rfc822Names (RFC 5280 §4.2.1.6)
};

// Why a wait ended.
enum class Wake { input, event, timeout };

class Stream {
  public:
    Stream();  // closed
    explicit Stream(boost::asio::ip::tcp::socket socket);
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();  // closes at once, without TLS close_notify

    // Every operation started from now on must end within `limit` of its start. A LineReader's line counts as one operation. Default 5
    // minutes.
    void expires_after(std::chrono::steady_clock::duration limit);
    // In addition, none may go on past this point (a whole handshake, a whole session). Deadline::max() removes it.
    void expires_at(Deadline point);
    // The deadline of an operation that would start now.
    Deadline deadline() const;

    // At least one octet, at most `size`.
    Task<Result<std::size_t>> read_some(char* into, std::size_t size);
    Task<Result<std::size_t>> read_some(char* into, std::size_t size, Deadline deadline);
    // What has arrived already, without waiting: 0 when nothing has.
    Result<std::size_t> read_now(char* into, std::size_t size);
    // What the system takes at once, without compression; for a last word to somebody who is turned away.
    Result<std::size_t> try_write(std::string_view bytes);
    // All of it. The views need only live until the call returns.
    Task<Result<void>> write(std::string_view bytes);
    Task<Result<void>> write(std::span<const std::string_view> parts);

    // Until a read would not wait (input or end of stream: Wake::input), the event is notified, or the deadline. Reads nothing.
    Task<Result<Wake>> wait_readable(Deadline deadline, Event* event = nullptr);

    // Server side. The caller must have dropped its buffered plain text (LineReader::discard_buffered): RFC 3207 §4.2, CVE-2011-0411.
    Task<Result<void>> start_tls(std::shared_ptr<const TlsServer> server);
    // Client side.
    Task<Result<void>> start_tls(std::shared_ptr<const TlsClient> client, std::string host);

    // Compression of both directions (RFC 1951): each write ends so that the peer can read all of it, and what comes is inflated no further
    // than it is asked for. Nothing may be buffered that came before (LineReader). No DEFLATE stream, or one that ended:
    // Fault::unavailable.
    void start_deflate();
    // What is written is plain again; what comes is plain behind the peer's last flush (RFC 8437 §4.1).
    void end_deflate();
    bool is_deflated() const;
    // Octets that compression keeps while nothing happens, about.
    std::size_t deflate_octets() const;

    void cancel();          // pending operations end with Fault::timeout ("cancelled")
    Task<void> shutdown();  // close_notify and FIN, waits for neither longer than 5 s; then closed
    void close();           // at once
    bool is_open() const;

    const Endpoint& peer() const;  // the client's own address when a trusted proxy told it
    const Endpoint& local() const;
    void set_peer(Endpoint peer, Endpoint local);
    bool is_tls() const;
    // Nobody between us and the client can read it: TLS of ours, or of the trusted proxy before us, which said so.
    bool is_private() const;
    void set_private();
    TlsInfo tls_info() const;
    // RFC 9266 tls-exporter bytes; empty without TLS 1.3.
    std::string channel_binding() const;
    // RFC 5929 §4 tls-server-end-point: the hash of the certificate that our side showed; empty without TLS or on a client's stream.
    std::string server_end_point() const;
    Executor executor() const;

  private:
    friend class LineReader;
    friend Task<Result<Stream>> connect_socket(boost::asio::ip::tcp::socket, boost::asio::ip::tcp::endpoint, Deadline);
    struct State;
    std::shared_ptr<State> state_;
};

// Resolves, tries each address in turn, and does the handshake when `tls` is given. Addresses that are not `permitted` are not connected
// to, so that nobody who may name a host learns what listens where.
Task<Result<Stream>> connect(std::string host, std::uint16_t port, std::shared_ptr<const TlsClient> tls, Deadline deadline,
                             std::function<bool(std::string_view address)> permitted = {});

}  // namespace sky::net
