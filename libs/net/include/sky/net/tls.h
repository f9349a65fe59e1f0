#pragma once
// TLS by OpenSSL 3: 1.2 and later, forward secrecy only, no renegotiation, no compression (RFC 9325). Both classes are safe for all
// threads.
#include <memory>
#include <string>
#include <vector>

#include "sky/base/result.h"

struct ssl_st;

namespace sky::net {

enum class ClientCertificates { ignored, requested, required };

struct TlsServerOptions {
    std::string certificate_file;  // PEM chain, leaf first; the default certificate
    std::string key_file;          // PEM
    std::string directory;  // more certificates: NAME.crt (or NAME.pem) with NAME.key; may be empty. Names come from the certificates
    std::vector<std::string>
        alpn;  // our protocols; a client that offers others only gets a fatal alert (ALPACA). Empty: any offer is refused
    ClientCertificates client_certificates = ClientCertificates::ignored;
    std::string client_ca_file;  // needed unless ignored
};

class TlsServer {
  public:
    static Result<std::shared_ptr<TlsServer>> open(TlsServerOptions options);
    ~TlsServer();

    // Reads again what changed on disk since last time (by mtime, size and inode). True when new certificates are in use. When anything
    // can't be used, the old ones stay and the error says which file. Blocks for a few file reads.
    Result<bool> reload();
    // Seconds since the epoch at which the first of the certificates expires; for a metric.
    std::int64_t expires_at() const;

    ssl_st* new_session() const;  // for Stream; the caller owns it

  private:
    struct State;
    explicit TlsServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

enum class VerifyPeer { yes, no };

struct TlsClientOptions {
    std::string ca_file;  // PEM; empty: the system's
    VerifyPeer verify = VerifyPeer::yes;
    std::string certificate_file, key_file;  // our own, for mutual TLS; may be empty
    std::vector<std::string> alpn;
};

class TlsClient {
  public:
    static Result<std::shared_ptr<TlsClient>> open(TlsClientOptions options);
    ~TlsClient();
    // `host` is sent as SNI (unless an address) and, with VerifyPeer::yes, must be named by the certificate.
    ssl_st* new_session(const std::string& host) const;

  private:
    struct State;
    explicit TlsClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sky::net
