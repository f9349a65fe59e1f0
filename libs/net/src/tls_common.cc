#include "tls_common.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "sky/base/ascii.h"

namespace sky::net {

void harden(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // RFC 9325 §4.2: forward secrecy and AEAD only. TLS 1.3's suites are all fine.
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL:!PSK:!SRP");
    // Idle connections give their 16 KiB record buffers back.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

Result<void> load_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        return unexpected(Fault::corrupt, "certificate can't be used: " + certificate, openssl_error());
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context) != 1) {
        return unexpected(Fault::corrupt, "key can't be used with its certificate: " + key, openssl_error());
    }
    if (expiry_of(SSL_CTX_get0_certificate(context)) <= static_cast<std::int64_t>(std::time(nullptr))) {
        return unexpected(Fault::corrupt, "certificate has expired: " + certificate);
    }
    return {};
}

std::string alpn_wire(const std::vector<std::string>& protocols) {
    std::string out;
    for (const auto& protocol : protocols) {
        if (protocol.empty() || protocol.size() > 255) continue;
        out += static_cast<char>(protocol.size());
        out += protocol;
    }
    return out;
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> out;
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS) continue;
        out.push_back(ascii::to_lower({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))}));
    }
    GENERAL_NAMES_free(names);
    if (!out.empty()) return out;
    char common[256];
    if (X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common, sizeof common) > 0) {
        out.push_back(ascii::to_lower(common));
    }
    return out;
}

std::int64_t expiry_of(X509* certificate) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return 0;
    return timegm(&parts);
}

std::string subject_of(X509* certificate) {
    BioPtr out(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace sky::net
