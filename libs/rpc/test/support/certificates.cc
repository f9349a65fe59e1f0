#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace sky::rpc::testing {
namespace {

void require(bool good) {
    if (!good) throw std::runtime_error("OpenSSL refused to make a test certificate");
}

void extend(X509* certificate, int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    require(extension && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

X509* make(EVP_PKEY* key, const std::string& name, X509* issuer, EVP_PKEY* issuer_key, long serial) {
    X509* certificate = X509_new();
    require(certificate && X509_set_version(certificate, 2) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
    if (issuer) {
        extend(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
        extend(certificate, NID_ext_key_usage, "serverAuth,clientAuth");
    } else {
        extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
    return certificate;
}

template <class Write>
std::string save(const std::filesystem::path& path, Write write) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    require(file && write(file) == 1);
    std::fclose(file);
    return path.string();
}

}  // namespace

struct Authority::Keys {
    EVP_PKEY* key;
    X509* certificate;
    long serial = 1;
};

Authority::Authority() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sky-authority-XXXXXX").string();
    require(mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    EVP_PKEY* key = EVP_EC_gen("P-256");
    keys_ = new Keys{key, make(key, "test authority", nullptr, key, 1)};
    save(directory_ / "ca.pem", [this](std::FILE* file) { return PEM_write_X509(file, keys_->certificate); });
}

Authority::~Authority() {
    X509_free(keys_->certificate);
    EVP_PKEY_free(keys_->key);
    delete keys_;
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

Credentials Authority::issue(const std::string& name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = make(key, name, keys_->certificate, keys_->key, ++keys_->serial);
    Credentials out;
    out.certificate = save(directory_ / (name + ".pem"), [&](std::FILE* file) { return PEM_write_X509(file, certificate); });
    out.key = save(directory_ / (name + ".key"),
                   [&](std::FILE* file) { return PEM_write_PKCS8PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    out.authority = (directory_ / "ca.pem").string();
    X509_free(certificate);
    EVP_PKEY_free(key);
    return out;
}

}  // namespace sky::rpc::testing
