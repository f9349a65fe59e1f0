#pragma once
// What servers and clients of TLS share.
#include <cstdint>
#include <string>
#include <vector>

#include "openssl.h"
#include "sky/base/result.h"

namespace sky::net {

void harden(SSL_CTX* context);
// Refuses a key that does not belong to the certificate and a leaf that has expired.
Result<void> load_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key);
std::string alpn_wire(const std::vector<std::string>& protocols);
std::vector<std::string> names_of(X509* certificate);  // DNS names, lower case; the common name when there are none
std::int64_t expiry_of(X509* certificate);
std::string subject_of(X509* certificate);

}  // namespace sky::net
