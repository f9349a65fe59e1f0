#include "openssl.h"
#include "sky/net/address.h"
#include "sky/net/tls.h"
#include "tls_common.h"

#include <openssl/x509v3.h>

namespace sky::net {

struct TlsClient::State {
    TlsClientOptions options;
    ContextPtr context;
};

TlsClient::TlsClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsClient::~TlsClient() = default;

Result<std::shared_ptr<TlsClient>> TlsClient::open(TlsClientOptions options) {
    auto state = std::make_unique<State>();
    state->context.reset(SSL_CTX_new(TLS_client_method()));
    if (!state->context) return unexpected(Fault::internal, "TLS is not available", openssl_error());
    SSL_CTX* context = state->context.get();
    harden(context);
    const bool authorities = options.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                                     : SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1;
    if (!authorities) return unexpected(Fault::corrupt, "authorities can't be read: " + options.ca_file, openssl_error());
    SSL_CTX_set_verify(context, options.verify == VerifyPeer::yes ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (!options.certificate_file.empty()) {
        if (auto loaded = load_certificate(context, options.certificate_file, options.key_file); !loaded) return forward(loaded);
    }
    const auto alpn = alpn_wire(options.alpn);
    if (!alpn.empty())
        SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(alpn.data()), static_cast<unsigned>(alpn.size()));
    state->options = std::move(options);
    return std::shared_ptr<TlsClient>(new TlsClient(std::move(state)));
}

SSL* TlsClient::new_session(const std::string& host) const {
    SslPtr session(SSL_new(state_->context.get()));
    if (!session) return nullptr;
    const bool is_address = parse_address(host).has_value();
    if (!is_address && SSL_set_tlsext_host_name(session.get(), host.c_str()) != 1) return nullptr;
    if (state_->options.verify == VerifyPeer::yes) {
        X509_VERIFY_PARAM* check = SSL_get0_param(session.get());
        X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const int named =
            is_address ? X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) : X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size());
        if (named != 1) return nullptr;
    }
    SSL_set_connect_state(session.get());
    return session.release();
}

}  // namespace sky::net
