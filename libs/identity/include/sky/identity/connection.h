#pragma once
// What a client's connection can prove by itself, for SASL.
#include <span>
#include <string>
#include <vector>

#include "sky/identity/principal.h"
#include "sky/net/stream.h"

namespace sky::identity {

sasl::Connection connection_of(const net::Stream& stream);

// The mechanisms to advertise, best first, separated by spaces; `enabled` as the setting has them.
std::vector<std::string> offered_on(const net::Stream& stream, std::span<const std::string> enabled);

// A dialogue that the client begins on this connection; `initial` as it stood on the line.
Dialogue dialogue_on(const net::Stream& stream, std::span<const std::string> enabled, std::string mechanism,
                     std::optional<std::string> initial);

}  // namespace sky::identity
