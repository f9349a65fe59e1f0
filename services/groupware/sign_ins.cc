#include "groupware/sign_ins.h"

#include "groupware/metrics.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"

namespace sky::groupware {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t most_known = 10'000;
constexpr auto while_watching = 60s, otherwise = 5s;
constexpr std::size_t longest_header = 4096;

// RFC 6750 §2.1, b64token.
bool is_token(std::string_view text) {
    const std::size_t padding = text.find('=');
    const auto body = text.substr(0, padding);
    return !body.empty() && body.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/") == body.npos &&
           (padding == text.npos || text.find_first_not_of('=', padding) == text.npos);
}

// RFC 7628 §3.2.3: to a failure a client says one octet, and is refused then.
Task<Result<std::string>> give_in(std::string) { co_return base64_encode("\x01"); }

}  // namespace

std::optional<Basic> parse_basic(std::string_view header) {
    if (!ascii::starts_ignoring_case(header, "Basic ") || header.size() > longest_header) return std::nullopt;
    const auto plain = base64_decode(ascii::trim(header.substr(6)));
    if (!plain || !ascii::is_utf8(*plain)) return std::nullopt;
    const std::size_t colon = plain->find(':');
    if (colon == std::string::npos || colon == 0 || plain->find('\0') != std::string::npos) return std::nullopt;
    return Basic{plain->substr(0, colon), plain->substr(colon + 1)};
}

std::optional<std::string> parse_bearer(std::string_view header) {
    if (!ascii::starts_ignoring_case(header, "Bearer ") || header.size() > longest_header) return std::nullopt;
    const auto token = ascii::trim(header.substr(7));
    return is_token(token) ? std::optional(std::string(token)) : std::nullopt;
}

SignIns::SignIns(identity::Identity& identity) : identity_(identity), secret_(random_bytes(32)) {
    identity_.on_change([this](AccountId account) { forget(account); });
}

std::string SignIns::key_of(std::string_view header) const { return sha256(secret_ + std::string(header)); }

const identity::Principal* SignIns::recall(const std::string& key) {
    const auto found = known_.find(key);
    if (found == known_.end()) return nullptr;
    if (std::chrono::steady_clock::now() - found->second.since > (identity_.watching() ? while_watching : otherwise)) {
        known_.erase(found);
        return nullptr;
    }
    return &found->second.who;
}

void SignIns::forget(AccountId account) {
    if (!account)
        known_.clear();
    else
        std::erase_if(known_, [&](const auto& entry) { return entry.second.who.account == account; });
}

Task<Result<identity::Principal>> SignIns::ask(std::string header, identity::Attempt attempt, Deadline deadline) {
    if (auto basic = parse_basic(header)) {
        attempt.username = std::move(basic->username);
        attempt.password = std::move(basic->password);
        co_return co_await identity_.authenticate(std::move(attempt), deadline);
    }
    const auto token = parse_bearer(header);
    if (!token) co_return unexpected(Fault::not_authenticated, "sign in with your address and password, or with a token");
    if (attempt.transport == identity::Attempt::Transport::plain)
        co_return unexpected(Fault::privacy_required, "tokens are accepted only under TLS");  // RFC 6750 §5.3
    // For auth a token is a token, whichever protocol it came by (RFC 7628 §3.1).
    identity::Dialogue dialogue{.mechanism = "OAUTHBEARER",
                                .initial = base64_encode("n,,\x01"
                                                         "auth=Bearer " +
                                                         *token + "\x01\x01"),
                                .enabled = {"OAUTHBEARER"},
                                .connection = {.transport = sasl::Connection::Transport::tls, .bindings = {}},
                                .certificate_addresses = {}};
    co_return co_await identity_.converse(std::move(attempt), std::move(dialogue), &give_in);
}

Task<Result<identity::Principal>> SignIns::prove(const http::Request& request, Deadline deadline) {
    const std::string header(request.headers.get("Authorization"));
    if (header.empty()) co_return unexpected(Fault::not_authenticated, "sign in with your address and password, or with a token");
    const std::string key = key_of(header);
    if (const auto* known = recall(key)) {
        counted::sign_ins.with({"remembered"}).add();
        co_return *known;
    }
    identity::Attempt attempt{.username = {},
                              .password = {},
                              .authorization_id = {},
                              .protocol = "dav",
                              .remote_address = request.peer.address,
                              .transport = request.tls ? identity::Attempt::Transport::tls : identity::Attempt::Transport::plain,
                              .traceparent = std::string(request.headers.get("traceparent"))};
    auto who = co_await ask(header, std::move(attempt), deadline);
    if (!who) {
        counted::sign_ins.with({codes(who.error().fault).temporary ? "failed" : "refused"}).add();
        co_return who;
    }
    counted::sign_ins.with({"ok"}).add();
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign(key, Known{*who, std::chrono::steady_clock::now()});
    co_return who;
}

}  // namespace sky::groupware
