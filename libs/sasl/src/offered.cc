#include <algorithm>
#include <array>

#include "sky/sasl/connection.h"

namespace sky::sasl {
namespace {
// Best first: a proof that binds the channel, a proof, a token, a certificate, and the password itself last.
constexpr std::array<std::string_view, 9> names = {
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "EXTERNAL", "PLAIN", "LOGIN"};
}  // namespace

bool is_usable(const ChannelBinding& binding) {
    return (binding.type == "tls-exporter" || binding.type == "tls-server-end-point") && !binding.data.empty();
}

std::span<const std::string_view> all_mechanisms() { return names; }

// PLAIN, LOGIN and tokens must never cross the network in the clear (RFC 4616 §4). SCRAM could, but a client that may begin without TLS
// can be kept there by whoever sits between, so nothing is offered before TLS.
std::vector<std::string_view> offered(std::span<const std::string_view> enabled, const Connection& connection) {
    std::vector<std::string_view> out;
    if (connection.transport == Connection::Transport::plain) return out;
    const bool binds = std::ranges::any_of(connection.bindings, is_usable);
    for (const auto name : names) {
        if (std::ranges::find(enabled, name) == enabled.end()) continue;
        if (name.ends_with("-PLUS") && !binds) continue;
        if (name == "EXTERNAL" && connection.certificate == Connection::Certificate::none) continue;
        out.push_back(name);
    }
    return out;
}

}  // namespace sky::sasl
