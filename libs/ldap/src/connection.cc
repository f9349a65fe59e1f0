#include "connection.h"

#define LDAP_DEPRECATED 0
#include <lber.h>
#include <ldap.h>
#include <openldap.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "dial.h"
#include "sky/base/ascii.h"

namespace sky::ldap {
namespace {
constexpr char system_authorities[] = "/etc/ssl/certs/ca-certificates.crt";
constexpr ber_len_t largest_message = 8 << 20;     // one entry, one answer
constexpr std::size_t largest_result = 256 << 20;  // all entries of one search

// Neither a file of the machine nor the environment says how we connect. Before main: setenv and threads don't go together.
[[maybe_unused]] const bool no_configuration = ::setenv("LDAPNOINIT", "1", 1) == 0;

struct Message {
    LDAPMessage* one = nullptr;
    ~Message() {
        if (one) ::ldap_msgfree(one);
    }
};

std::string diagnostic(LDAP* handle, int code) {
    char* text = nullptr;
    std::string out = ::ldap_err2string(code);
    if (::ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) == LDAP_OPT_SUCCESS && text) {
        out += std::string(": ") + ascii::printable(text);
        ::ldap_memfree(text);
    }
    return out;
}

// libldap takes authorities from a file only; this one has no name.
class PemFile {
  public:
    explicit PemFile(const std::string& pem) : file_(::memfd_create("authorities", MFD_CLOEXEC)) {
        if (file_ < 0 || ::write(file_, pem.data(), pem.size()) != static_cast<ssize_t>(pem.size())) path_.clear();
    }
    ~PemFile() {
        if (file_ >= 0) ::close(file_);
    }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    const std::string& path() const { return path_; }

  private:
    int file_;
    std::string path_ = "/proc/self/fd/" + std::to_string(file_);
};

timeval timeval_of(std::chrono::milliseconds time) {
    return {.tv_sec = time.count() / 1000, .tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

bool set(LDAP* handle, int option, const void* value) { return ::ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS; }

bool set_up(LDAP* handle, Sockbuf* stack) {
    const int version = LDAP_VERSION3, never = LDAP_DEREF_NEVER;
    ber_len_t largest = largest_message;
    return set(handle, LDAP_OPT_PROTOCOL_VERSION, &version) && set(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) &&
           set(handle, LDAP_OPT_DEREF, &never) && set(handle, LDAP_OPT_RESTART, LDAP_OPT_ON) &&
           ::ber_sockbuf_ctrl(stack, LBER_SB_OPT_SET_MAX_INCOMING, &largest) >= 0;
}

bool set_up_tls(LDAP* handle, const std::string& authorities) {
    const int demand = LDAP_OPT_X_TLS_DEMAND, tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
    return set(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) && set(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12) &&
           set(handle, LDAP_OPT_X_TLS_CACERTFILE, authorities.c_str()) && set(handle, LDAP_OPT_X_TLS_NEWCTX, &client);
}

std::unexpected<Error> broken(std::string reason) {
    return unexpected(Fault::unavailable, "the directory does not answer", std::move(reason));
}

// The answer to request `id`; null where nothing came in time.
Result<LDAPMessage*> answer_to(LDAP* handle, int id, int how_much, std::chrono::milliseconds patience) {
    timeval wait = timeval_of(patience);
    LDAPMessage* message = nullptr;
    const int kind = ::ldap_result(handle, id, how_much, &wait, &message);
    if (kind > 0) return message;
    int code = LDAP_SUCCESS;
    ::ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code);
    return broken(kind == 0 ? "no answer in time" : diagnostic(handle, code));
}

struct Outcome {
    int code = LDAP_OTHER;
    std::string message, matched;
    std::string cookie;  // of the next page; empty: there is none
};
Outcome outcome_of(LDAP* handle, LDAPMessage* message) {
    Outcome out;
    char *matched = nullptr, *text = nullptr;
    LDAPControl** controls = nullptr;
    if (::ldap_parse_result(handle, message, &out.code, &matched, &text, nullptr, &controls, 0) != LDAP_SUCCESS) out.code = LDAP_OTHER;
    if (text) out.message = text;
    if (matched) out.matched = matched;
    ::ldap_memfree(matched);
    ::ldap_memfree(text);
    if (auto* paged = controls ? ::ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr) : nullptr) {
        ber_int_t total = 0;
        berval cookie{};
        if (::ldap_parse_pageresponse_control(handle, paged, &total, &cookie) == LDAP_SUCCESS && cookie.bv_val) {
            out.cookie.assign(cookie.bv_val, cookie.bv_len);
            ::ldap_memfree(cookie.bv_val);
        }
    }
    if (controls) ::ldap_controls_free(controls);
    return out;
}

Entry entry_of(LDAP* handle, LDAPMessage* message, std::size_t& octets) {
    Entry out;
    if (char* dn = ::ldap_get_dn(handle, message)) {
        out.dn = dn;
        ::ldap_memfree(dn);
    }
    BerElement* place = nullptr;
    for (char* name = ::ldap_first_attribute(handle, message, &place); name; name = ::ldap_next_attribute(handle, message, place)) {
        auto& values = out.attributes[ascii::to_lower(name)];
        if (berval** all = ::ldap_get_values_len(handle, message, name)) {
            for (berval** one = all; *one; ++one) {
                values.emplace_back((*one)->bv_val, (*one)->bv_len);
                octets += (*one)->bv_len;
            }
            ::ldap_value_free_len(all);
        }
        ::ldap_memfree(name);
    }
    if (place) ::ber_free(place, 0);
    octets += out.dn.size();
    return out;
}

std::unexpected<Error> refused_search(int code, const std::string& message) {
    const std::string reason = std::string(::ldap_err2string(code)) + (message.empty() ? "" : ": " + ascii::printable(message));
    switch (code) {
        case LDAP_NO_SUCH_OBJECT:
        case LDAP_REFERRAL:  // it lies in another directory, and referrals are not followed
            return unexpected(Fault::not_found, "the directory has no such base", reason);
        case LDAP_FILTER_ERROR:
        case LDAP_INVALID_DN_SYNTAX:
            return unexpected(Fault::syntax, "the directory does not understand the filter or the base", reason);
        case LDAP_SIZELIMIT_EXCEEDED:
        case LDAP_ADMINLIMIT_EXCEEDED:
            return unexpected(Fault::too_large, "the directory finds more than it or we may give", reason);
        default:
            return unexpected(Fault::unavailable, "the directory does not answer the search", reason);
    }
}

int scope_of(Scope scope) {
    return scope == Scope::base ? LDAP_SCOPE_BASE : scope == Scope::one ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE;
}
}  // namespace

void Breaker::watch(int socket) {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
    if (broken_) ::shutdown(socket_, SHUT_RDWR);
}

void Breaker::forget() {
    const std::lock_guard lock(mutex_);
    socket_ = -1;
}

void Breaker::shut() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

Result<std::unique_ptr<Connection>> Connection::open(const Options& options, const Server& server, Breaker& breaker, Deadline deadline) {
    auto socket = dial(options, server, deadline);
    if (!socket) return forward(socket);
    std::unique_ptr<Connection> out(new Connection(*socket, options.patience));
    Sockbuf* stack = nullptr;
    if (::ldap_init_fd(*socket, LDAP_PROTO_EXT, server.text().c_str(), &out->handle_) != LDAP_SUCCESS ||
        ::ldap_get_option(out->handle_, LDAP_OPT_SOCKBUF, &stack) != LDAP_OPT_SUCCESS || !lay(stack, out->wire_)) {
        ::close(*socket);
        return broken("libldap takes no socket");
    }
    // libldap closes the socket with the handle from here on.
    breaker.watch(*socket);
    auto secured = set_up(out->handle_, stack) ? out->start_tls(options, server, deadline) : broken("libldap takes no options");
    if (secured) return out;
    breaker.forget();
    return forward(secured);
}

Connection::~Connection() {
    wire_.until = std::chrono::steady_clock::now();  // a goodbye that can't be written at once is not said
    if (handle_) ::ldap_unbind_ext(handle_, nullptr, nullptr);
}

std::chrono::milliseconds Connection::wait_until(Deadline deadline) {
    const auto left = time_left(patience_, deadline);
    wire_.until = after(left);
    return left;
}

Result<void> Connection::start_tls(const Options& options, const Server& server, Deadline deadline) {
    wait_until(deadline);
    const PemFile file(options.authorities);
    if (!set_up_tls(handle_, options.authorities.empty() ? std::string(system_authorities) : file.path()))
        return unexpected(Fault::unavailable, "the authorities of the directory can't be used", "TLS context: " + server.text());
    if (server.tls == Tls::start_tls) {
        int id = 0;
        if (const int code = ::ldap_start_tls(handle_, nullptr, nullptr, &id); code != LDAP_SUCCESS)
            return broken("StartTLS: " + diagnostic(handle_, code));
        auto message = answer_to(handle_, id, LDAP_MSG_ALL, wait_until(deadline));
        if (!message) return forward(message);
        const Message kept{*message};
        if (const auto outcome = outcome_of(handle_, kept.one); outcome.code != LDAP_SUCCESS)
            return unexpected(Fault::unavailable, "the directory does not offer StartTLS", ascii::printable(outcome.message));
    }
    wait_until(deadline);
    if (const int code = ::ldap_install_tls(handle_); code != LDAP_SUCCESS)
        return unexpected(Fault::unavailable,
                          "TLS with the directory fails: its certificate must be signed by the authority and name the host",
                          server.text() + ": " + diagnostic(handle_, code));
    return {};
}

Result<void> Connection::bind_as_service(const Options& options, Deadline deadline) {
    if (as_service_ || options.bind_dn.empty()) return {};
    if (options.bind_password.empty()) return unexpected(Fault::unavailable, "the bind DN has no password");
    auto verdict = bind(options.bind_dn, options.bind_password, deadline);
    if (!verdict) return forward(verdict);
    if (verdict->proof != Proof::proved)
        return unexpected(Fault::unavailable, "the directory does not take the bind DN and its password", verdict->reason);
    as_service_ = true;
    return {};
}

Result<Verdict> Connection::bind(const std::string& dn, const std::string& password, Deadline deadline) {
    as_service_ = false;
    wait_until(deadline);
    // RFC 4513 §5.1.2: with an empty password any server that allows it says "success" to whoever asks.
    if (dn.empty() || password.empty()) return Verdict{Proof::wrong, "nothing to bind with"};
    bound_ = true;
    berval secret{password.size(), const_cast<char*>(password.data())};
    int id = 0;
    if (const int code = ::ldap_sasl_bind(handle_, dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, &id); code != LDAP_SUCCESS)
        return broken("bind: " + diagnostic(handle_, code));
    auto message = answer_to(handle_, id, LDAP_MSG_ALL, wait_until(deadline));
    if (!message) return forward(message);
    const Message kept{*message};
    const auto outcome = outcome_of(handle_, kept.one);
    if (outcome.code == LDAP_SUCCESS) return Verdict{Proof::proved, {}};
    switch (outcome.code) {
        case LDAP_INVALID_CREDENTIALS:
        case LDAP_INAPPROPRIATE_AUTH:
        case LDAP_NO_SUCH_OBJECT:
        case LDAP_INVALID_DN_SYNTAX:
        case LDAP_CONSTRAINT_VIOLATION:
        case LDAP_UNWILLING_TO_PERFORM:
        case LDAP_INSUFFICIENT_ACCESS:
            return refused_bind(outcome.code, outcome.message);
        default:
            return broken("bind: " + std::string(::ldap_err2string(outcome.code)) + ": " + ascii::printable(outcome.message));
    }
}

Result<std::vector<Entry>> Connection::search(const Search& search, Deadline deadline) {
    std::vector<Entry> out;
    std::string cookie;
    std::size_t octets = 0;
    do {
        auto next = page(search, cookie, out, octets, deadline);
        if (!next) return forward(next);
        cookie = std::move(*next);
    } while (!cookie.empty());
    return out;
}

// Appends one page, or all there is; returns the cookie of the next (RFC 2696 §3).
Result<std::string> Connection::page(const Search& search, const std::string& cookie, std::vector<Entry>& out, std::size_t& octets,
                                     Deadline deadline) {
    std::vector<char*> attributes;
    for (const auto& name : search.attributes) attributes.push_back(const_cast<char*>(name.c_str()));
    attributes.push_back(nullptr);
    LDAPControl* paged = nullptr;
    berval from{cookie.size(), const_cast<char*>(cookie.data())};
    if (search.page > 0 && ::ldap_create_page_control(handle_, static_cast<ber_int_t>(search.page), cookie.empty() ? nullptr : &from, 1,
                                                      &paged) != LDAP_SUCCESS)
        return unexpected(Fault::internal, "try again later", "no page control");
    LDAPControl* controls[] = {paged, nullptr};
    timeval limit = timeval_of(std::max(wait_until(deadline), std::chrono::milliseconds(1000)));
    int id = 0;
    const int size = search.page > 0 ? LDAP_NO_LIMIT : static_cast<int>(search.most) + 1;
    const int code = ::ldap_search_ext(handle_, search.base.c_str(), scope_of(search.scope), search.filter.c_str(),
                                       search.attributes.empty() ? nullptr : attributes.data(), 0, paged ? controls : nullptr, nullptr,
                                       &limit, size, &id);
    if (paged) ::ldap_control_free(paged);
    if (code == LDAP_FILTER_ERROR) return refused_search(code, {});
    if (code != LDAP_SUCCESS) return broken("search: " + diagnostic(handle_, code));
    for (;;) {
        auto message = answer_to(handle_, id, LDAP_MSG_ONE, wait_until(deadline));
        if (!message) return forward(message);
        const Message kept{*message};
        switch (::ldap_msgtype(kept.one)) {
            case LDAP_RES_SEARCH_ENTRY:
                if (out.size() >= search.most || octets > largest_result) {
                    ::ldap_abandon_ext(handle_, id, nullptr, nullptr);
                    return unexpected(Fault::too_large, "the directory finds more than it or we may give");
                }
                out.push_back(entry_of(handle_, kept.one, octets));
                break;
            case LDAP_RES_SEARCH_RESULT: {
                auto outcome = outcome_of(handle_, kept.one);
                if (outcome.code != LDAP_SUCCESS) return refused_search(outcome.code, outcome.message);
                return std::move(outcome.cookie);
            }
            default:  // a reference to another server (RFC 4511 §4.5.3): not followed
                break;
        }
    }
}

}  // namespace sky::ldap
