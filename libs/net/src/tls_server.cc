// RFC 9325 §3, §4: versions, ciphers, what is switched off. Certificates by SNI (RFC 6066 §3); ALPN strict (RFC 9325 §3.7).
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>

#include "openssl.h"
#include "sky/base/ascii.h"
#include "sky/net/tls.h"
#include "tls_common.h"

namespace sky::net {
namespace {

using Stamp = std::tuple<std::int64_t, std::int64_t, std::uint64_t>;  // mtime in ns, size, inode
using Stamps = std::map<std::string, Stamp>;

Stamp stamp_of(const std::string& file) {
    struct stat info{};
    if (stat(file.c_str(), &info) != 0) return {};
    return {info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_size, info.st_ino};
}

// (certificate, key) pairs: the default first, then those of the directory by name.
std::vector<std::pair<std::string, std::string>> pairs_of(const TlsServerOptions& options) {
    std::vector<std::pair<std::string, std::string>> out{{options.certificate_file, options.key_file}};
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(options.directory, ignored)) {
        const auto extension = entry.path().extension();
        if (extension != ".crt" && extension != ".pem") continue;
        auto key = entry.path();
        key.replace_extension(".key");
        if (std::filesystem::exists(key, ignored)) out.emplace_back(entry.path().string(), key.string());
    }
    std::sort(out.begin() + 1, out.end());
    return out;
}

Stamps stamps_of(const TlsServerOptions& options) {
    Stamps out;
    for (const auto& [certificate, key] : pairs_of(options)) {
        out[certificate] = stamp_of(certificate);
        out[key] = stamp_of(key);
    }
    if (!options.client_ca_file.empty()) out[options.client_ca_file] = stamp_of(options.client_ca_file);
    return out;
}

// Everything one handshake needs; replaced whole by reload(), kept by the sessions that began with it.
struct Generation {
    ContextPtr fallback;
    std::vector<ContextPtr> others;
    std::map<std::string, SSL_CTX*, std::less<>> by_name;  // "mail.example.test", "*.example.test"
    std::string alpn;                                      // wire format
    std::int64_t expires_at = 0;
};

SSL_CTX* choose(const Generation& generation, const std::string& name) {
    if (const auto exact = generation.by_name.find(name); exact != generation.by_name.end()) return exact->second;
    const auto dot = name.find('.');
    if (dot == std::string::npos) return generation.fallback.get();
    const auto wild = generation.by_name.find("*" + name.substr(dot));
    return wild == generation.by_name.end() ? generation.fallback.get() : wild->second;
}

int on_server_name(SSL* session, int*, void* argument) {
    const auto& generation = *static_cast<const Generation*>(argument);
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    if (!name) return SSL_TLSEXT_ERR_NOACK;
    SSL_CTX* chosen = choose(generation, ascii::to_lower(name));
    if (chosen != SSL_get_SSL_CTX(session)) SSL_set_SSL_CTX(session, chosen);
    return SSL_TLSEXT_ERR_OK;
}

int on_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned int offered_size, void* argument) {
    const auto& ours = static_cast<const Generation*>(argument)->alpn;
    unsigned char* chosen = nullptr;
    const auto* mine = reinterpret_cast<const unsigned char*>(ours.data());
    if (ours.empty() || SSL_select_next_proto(&chosen, size, mine, static_cast<unsigned int>(ours.size()), offered, offered_size) !=
                            OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;  // no_application_protocol: another protocol's client must not talk to us
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

int keep_verdict(int verdict, X509_STORE_CTX*) { return verdict; }

Result<ContextPtr> make_context(const TlsServerOptions& options, const std::string& certificate, const std::string& key,
                                const Generation* generation) {
    ContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (!context) return unexpected(Fault::internal, "TLS is not available", openssl_error());
    harden(context.get());
    if (auto loaded = load_certificate(context.get(), certificate, key); !loaded) return forward(loaded);
    SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets only: no memory per client
    SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("sky"), 3);
    SSL_CTX_set_tlsext_servername_callback(context.get(), on_server_name);
    SSL_CTX_set_tlsext_servername_arg(context.get(), const_cast<Generation*>(generation));
    SSL_CTX_set_alpn_select_cb(context.get(), on_alpn, const_cast<Generation*>(generation));
    if (options.client_certificates != ClientCertificates::ignored) {
        if (SSL_CTX_load_verify_file(context.get(), options.client_ca_file.c_str()) != 1) {
            return unexpected(Fault::corrupt, "client authorities can't be read: " + options.client_ca_file, openssl_error());
        }
        const int must = options.client_certificates == ClientCertificates::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | must, keep_verdict);
    }
    return context;
}

Result<std::shared_ptr<const Generation>> make_generation(const TlsServerOptions& options) {
    auto generation = std::make_shared<Generation>();
    generation->alpn = alpn_wire(options.alpn);
    for (const auto& [certificate, key] : pairs_of(options)) {
        auto context = make_context(options, certificate, key, generation.get());
        if (!context) return forward(context);
        X509* leaf = SSL_CTX_get0_certificate(context->get());
        const auto expires = expiry_of(leaf);
        if (generation->expires_at == 0 || expires < generation->expires_at) generation->expires_at = expires;
        for (auto& name : names_of(leaf)) generation->by_name.try_emplace(std::move(name), context->get());
        if (generation->fallback) {
            generation->others.push_back(std::move(*context));
        } else {
            generation->fallback = std::move(*context);
        }
    }
    return generation;
}

// A session keeps its generation, whose addresses OpenSSL's callbacks hold.
int generation_index() {
    static const int index = SSL_get_ex_new_index(
        0, nullptr, nullptr, nullptr,
        [](void*, void* pointer, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<std::shared_ptr<const Generation>*>(pointer); });
    return index;
}

}  // namespace

struct TlsServer::State {
    TlsServerOptions options;
    mutable std::mutex mutex;
    Stamps stamps;
    std::shared_ptr<const Generation> current;
};

TlsServer::TlsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsServer::~TlsServer() = default;

Result<std::shared_ptr<TlsServer>> TlsServer::open(TlsServerOptions options) {
    auto state = std::make_unique<State>();
    state->options = std::move(options);
    state->stamps = stamps_of(state->options);
    auto generation = make_generation(state->options);
    if (!generation) return forward(generation);
    state->current = std::move(*generation);
    return std::shared_ptr<TlsServer>(new TlsServer(std::move(state)));
}

Result<bool> TlsServer::reload() {
    auto stamps = stamps_of(state_->options);
    {
        const std::lock_guard lock(state_->mutex);
        if (stamps == state_->stamps) return false;
    }
    auto generation = make_generation(state_->options);
    const std::lock_guard lock(state_->mutex);
    // Also after a failure: the same broken files are reported once, not at every look.
    state_->stamps = std::move(stamps);
    if (!generation) return forward(generation);
    state_->current = std::move(*generation);
    return true;
}

std::int64_t TlsServer::expires_at() const {
    const std::lock_guard lock(state_->mutex);
    return state_->current->expires_at;
}

SSL* TlsServer::new_session() const {
    std::shared_ptr<const Generation> generation;
    {
        const std::lock_guard lock(state_->mutex);
        generation = state_->current;
    }
    SSL* session = SSL_new(generation->fallback.get());
    if (!session) return nullptr;
    auto* kept = new std::shared_ptr<const Generation>(std::move(generation));
    if (SSL_set_ex_data(session, generation_index(), kept) != 1) {
        delete kept;
        SSL_free(session);
        return nullptr;
    }
    SSL_set_accept_state(session);
    return session;
}

}  // namespace sky::net
