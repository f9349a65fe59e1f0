#include "sky/sasl/exchange.h"

namespace sky::sasl {
namespace {
constexpr std::string_view enabled[] = {"PLAIN", "LOGIN"};

Step step(Turn turn) {
    if (auto* ask = std::get_if<Ask>(&turn)) return Challenge{encode_challenge(ask->octets)};
    if (auto* password = std::get_if<Password>(&turn)) return std::move(*password);
    if (auto* refused = std::get_if<Refused>(&turn)) return std::move(refused->error);
    return Error{Fault::internal, "authentication failed", "not a password"};
}
}  // namespace

std::string_view offered() { return "PLAIN LOGIN"; }

// The callers look at their connection before they come here.
Result<Exchange> Exchange::open(std::string_view mechanism) {
    auto server = Server::open(mechanism, enabled, {.transport = Connection::Transport::tls}, {});
    if (!server) return forward(server);
    return Exchange{std::move(*server)};
}

Step Exchange::begin(std::optional<std::string_view> initial_wire) {
    auto initial = decode_initial(initial_wire);
    if (!initial) return std::move(initial.error());
    return step(server_.begin(std::move(*initial)));
}

Step Exchange::answer(std::string_view line) {
    auto octets = decode_response(line);
    if (!octets) return std::move(octets.error());
    return step(server_.answer(std::move(*octets)));
}

}  // namespace sky::sasl
