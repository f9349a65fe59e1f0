#pragma once
// A SASL dialogue in a gateway's test, down to name and password, without auth.
#include <variant>

#include "sky/identity/principal.h"
#include "sky/sasl/framing.h"
#include "sky/sasl/server.h"

namespace support {

inline sky::Task<sky::Result<sky::sasl::Password>> password_of(sky::identity::Dialogue dialogue, sky::identity::AskClient ask) {
    using namespace sky;
    const std::vector<std::string_view> enabled(dialogue.enabled.begin(), dialogue.enabled.end());
    auto server = sasl::Server::open(dialogue.mechanism, enabled, dialogue.connection, "abcdefghijklmnopqrst");
    if (!server) co_return forward(server);
    auto initial = sasl::decode_initial(dialogue.initial ? std::optional<std::string_view>(*dialogue.initial) : std::nullopt);
    if (!initial) co_return forward(initial);
    auto turn = server->begin(std::move(*initial));
    while (auto* asked = std::get_if<sasl::Ask>(&turn)) {
        auto line = co_await ask(sasl::encode_challenge(asked->octets));
        if (!line) co_return forward(line);
        auto response = sasl::decode_response(*line);
        if (!response) co_return forward(response);
        turn = server->answer(std::move(*response));
    }
    if (auto* refused = std::get_if<sasl::Refused>(&turn)) co_return std::unexpected(refused->error);
    co_return std::get<sasl::Password>(std::move(turn));
}

}  // namespace support
