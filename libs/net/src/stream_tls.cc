// The TLS half of a Stream: handshakes, OpenSSL's verdicts, what was agreed.
#include <openssl/x509v3.h>

#include <cerrno>

#include "stream_state.h"
#include "tls_common.h"

namespace sky::net {

// Turns OpenSSL's answer to one call into octets, "would block" (0, with the direction in `wants`) or a failure.
Result<std::size_t> Stream::State::tls_outcome(int returned, std::size_t count, Direction& wants) {
    if (returned > 0) return count;
    switch (SSL_get_error(ssl.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            wants = Direction::wait_read;
            return std::size_t{0};
        case SSL_ERROR_WANT_WRITE:
            wants = Direction::wait_write;
            return std::size_t{0};
        case SSL_ERROR_ZERO_RETURN:
            ERR_clear_error();
            return eof_failure("closed by peer");
        case SSL_ERROR_SYSCALL:
            ERR_clear_error();
            if (errno == 0) return eof_failure("closed by peer without close_notify");
            return system_failure("TLS", errno);
        default:
            return unexpected(Fault::unavailable, "connection failed", "TLS: " + openssl_error());
    }
}

Task<Result<void>> Stream::State::handshake(SslPtr session) {
    const auto self = shared_from_this();
    const Deadline deadline = std::min(after(limit), point);
    if (!session) co_return unexpected(Fault::internal, "TLS is not available", "no TLS session: " + openssl_error());
    if (ssl) co_return unexpected(Fault::wrong_state, "TLS is already active");
    BIO* bio = new_socket_bio(socket.native_handle());
    if (!bio) co_return unexpected(Fault::internal, "TLS is not available", "no BIO");
    SSL_set_bio(session.get(), bio, bio);
    ssl = std::move(session);
    for (;;) {
        if (!socket.is_open()) co_return failure_of(Ready::closed);
        ERR_clear_error();
        errno = 0;
        const int returned = SSL_do_handshake(ssl.get());
        if (returned == 1) co_return Result<void>{};
        Direction wants = Direction::wait_read;
        const auto outcome = tls_outcome(returned, 0, wants);
        if (!outcome) {
            Error error = outcome.error();
            const long verdict = SSL_get_verify_result(ssl.get());
            if (verdict != X509_V_OK) error.reason += std::string("; certificate: ") + X509_verify_cert_error_string(verdict);
            co_return unexpected(std::move(error));
        }
        const Ready ready = co_await wait(&read_until, wants, deadline);
        if (ready != Ready::ready) co_return failure_of(ready);
    }
}

Task<Result<void>> Stream::start_tls(std::shared_ptr<const TlsServer> server) { return state_->handshake(SslPtr(server->new_session())); }

Task<Result<void>> Stream::start_tls(std::shared_ptr<const TlsClient> client, std::string host) {
    return state_->handshake(SslPtr(client->new_session(host)));
}

namespace {
std::vector<std::string> addresses_of(X509* certificate) {
    std::vector<std::string> out;
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    if (!names) return out;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_EMAIL) continue;
        const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.rfc822Name));
        out.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.rfc822Name)));
    }
    GENERAL_NAMES_free(names);
    return out;
}

}  // namespace

TlsInfo Stream::tls_info() const {
    TlsInfo out;
    if (!is_tls()) return out;
    const SSL* ssl = state_->ssl.get();
    out.version = SSL_get_version(ssl);
    out.cipher = SSL_get_cipher_name(ssl);
    out.bits = SSL_get_cipher_bits(ssl, nullptr);
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) out.server_name = name;
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &size);
    if (size > 0) out.alpn.assign(reinterpret_cast<const char*>(protocol), size);
    X509Ptr certificate(SSL_get1_peer_certificate(ssl));
    if (certificate && SSL_get_verify_result(ssl) == X509_V_OK && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE) {
        out.client_subject = subject_of(certificate.get());
        out.client_addresses = addresses_of(certificate.get());
    }
    return out;
}

std::string Stream::channel_binding() const {
    if (!is_tls() || SSL_version(state_->ssl.get()) < TLS1_3_VERSION) return {};
    constexpr std::string_view label = "EXPORTER-Channel-Binding";  // RFC 9266 §4.1
    std::string out(32, '\0');
    const int made = SSL_export_keying_material(state_->ssl.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(), label.data(),
                                                label.size(), nullptr, 0, 1);
    return made == 1 ? out : std::string();
}

std::string Stream::server_end_point() const {
    if (!is_tls() || !SSL_is_server(state_->ssl.get())) return {};
    const X509* certificate = SSL_get_certificate(state_->ssl.get());
    if (!certificate) return {};
    // The signature's own hash, but never a weak one (RFC 5929 §4.1).
    int digest = NID_undef;
    if (OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, nullptr) != 1) digest = NID_undef;
    const EVP_MD* hash = digest == NID_undef || digest == NID_md5 || digest == NID_sha1 ? EVP_sha256() : EVP_get_digestbynid(digest);
    unsigned char octets[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!hash || X509_digest(certificate, hash, octets, &size) != 1) return {};
    return std::string(reinterpret_cast<const char*>(octets), size);
}

}  // namespace sky::net
