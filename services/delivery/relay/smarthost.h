#pragma once
// The next hop for all mail to other places.
#include <cstdint>
#include <memory>
#include <string>

#include "sky/net/tls.h"

namespace sky::delivery {

enum class RelayTls {
    none,           // never
    opportunistic,  // STARTTLS when offered, whatever the certificate
    required,       // STARTTLS with a certificate that fits, or wait
    implicit        // TLS from the first octet, with a certificate that fits
};

struct Smarthost {
    std::string host;  // empty: none is set, mail waits
    std::uint16_t port = 25;
    RelayTls tls = RelayTls::opportunistic;
    std::string user, password;  // AUTH PLAIN, under TLS only; empty: no AUTH
    std::string helo;            // our name
    std::shared_ptr<const net::TlsClient> tls_client;

    std::string text() const { return host + ":" + std::to_string(port); }
};

}  // namespace sky::delivery
