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

}  // namespace

std::optional<Basic> parse_basic(std::string_view header) {
    if (!ascii::starts_ignoring_case(header, "Basic ") || header.size() > 4096) return std::nullopt;
    const auto plain = base64_decode(ascii::trim(header.substr(6)));
    if (!plain || !ascii::is_utf8(*plain)) return std::nullopt;
    const std::size_t colon = plain->find(':');
    if (colon == std::string::npos || colon == 0 || plain->find('\0') != std::string::npos) return std::nullopt;
    return Basic{plain->substr(0, colon), plain->substr(colon + 1)};
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

Task<Result<identity::Principal>> SignIns::prove(const http::Request& request, Deadline deadline) {
    const auto header = request.headers.find("Authorization");
    const auto basic = header ? parse_basic(*header) : std::nullopt;
    if (!basic) co_return unexpected(Fault::not_authenticated, "sign in with your address and password");
    const std::string key = key_of(*header);
    if (const auto* known = recall(key)) {
        counted::sign_ins.with({"remembered"}).add();
        co_return *known;
    }
    identity::Attempt attempt{.username = basic->username,
                              .password = basic->password,
                              .authorization_id = {},
                              .protocol = "dav",
                              .remote_address = request.peer.address,
                              .transport = request.tls ? identity::Attempt::Transport::tls : identity::Attempt::Transport::plain,
                              .traceparent = std::string(request.headers.get("traceparent"))};
    auto who = co_await identity_.authenticate(std::move(attempt), deadline);
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
