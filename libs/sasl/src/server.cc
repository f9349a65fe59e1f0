#include "sky/sasl/server.h"

#include <algorithm>

#include "mechanism.h"
#include "sky/base/ascii.h"

namespace sky::sasl {
namespace {
struct Row {
    std::string_view name;
    std::unique_ptr<Mechanism> (*make)(Opening&&);
};
constexpr Row rows[] = {
    {"SCRAM-SHA-256-PLUS", make_scram_sha256_plus},  // RFC 7677 §3
    {"SCRAM-SHA-256", make_scram_sha256},            // RFC 7677 §3
    {"SCRAM-SHA-1-PLUS", make_scram_sha1_plus},      // RFC 5802 §4
    {"SCRAM-SHA-1", make_scram_sha1},                // RFC 5802 §4
    {"OAUTHBEARER", make_oauthbearer},               // RFC 7628 §3
    {"XOAUTH2", make_xoauth2},                       // Google's and Microsoft's, described on their pages only
    {"EXTERNAL", make_external},                     // RFC 4422 §A
    {"PLAIN", make_plain},                           // RFC 4616 §2
    {"LOGIN", make_login},                           // draft-murchison-sasl-login-00, for old clients
};

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
}  // namespace

Server::Server(std::unique_ptr<Mechanism> mechanism) : mechanism_(std::move(mechanism)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::open(std::string_view mechanism, std::span<const std::string_view> enabled, Connection connection,
                            std::string nonce) {
    const auto allowed = offered(enabled, connection);
    const auto plus = std::ranges::any_of(allowed, [](std::string_view name) { return name.ends_with("-PLUS"); });
    for (const Row& row : rows)
        if (ascii::equals_ignoring_case(row.name, mechanism) && std::ranges::find(allowed, row.name) != allowed.end())
            return Server{row.make({std::move(connection), plus, std::move(nonce)})};
    return unexpected(Fault::unsupported, "authentication mechanism not supported", ascii::printable(mechanism, 40));
}

Turn Server::begin(std::optional<std::string> initial) {
    if (phase_ != Phase::fresh) return out_of_turn();
    if (!initial) return advance(Ask{mechanism_->greeting()});
    return hear(std::move(*initial));
}

Turn Server::answer(std::string response) {
    if (phase_ != Phase::asked && phase_ != Phase::proved) return out_of_turn();
    return hear(std::move(response));
}

Turn Server::hear(std::string message) {
    if (message.size() > max_message) return advance(malformed("message too long"));
    return advance(mechanism_->answer(std::move(message)));
}

Turn Server::verifiers(ScramAccount account) {
    if (phase_ != Phase::wants_verifiers) return out_of_turn();
    return advance(mechanism_->verifiers(std::move(account)));
}

Turn Server::refuse_token() {
    if (phase_ != Phase::has_token) return out_of_turn();
    return advance(mechanism_->refuse_token());
}

// What may follow is decided by what was just said, and by nothing else.
Turn Server::advance(Turn turn) {
    phase_ = std::visit(Overloaded{[](const Ask&) { return Phase::asked; }, [](const NeedVerifiers&) { return Phase::wants_verifiers; },
                                   [](const Bearer&) { return Phase::has_token; }, [](const ScramProved&) { return Phase::proved; },
                                   [](const auto&) { return Phase::over; }},
                        turn);
    return turn;
}

Turn Server::out_of_turn() {
    phase_ = Phase::over;
    return Refused{{Fault::wrong_state, "authentication failed", "the dialogue is over or waits for something else"}, {}};
}

}  // namespace sky::sasl
