#include "sky/identity/connection.h"

namespace sky::identity {

sasl::Connection connection_of(const net::Stream& stream) {
    sasl::Connection out;
    if (!stream.is_private()) return out;
    out.transport = sasl::Connection::Transport::tls;
    if (!stream.is_tls()) return out;  // of the proxy's TLS there is nothing to bind to
    if (auto data = stream.channel_binding(); !data.empty()) out.bindings.push_back({"tls-exporter", std::move(data)});
    if (auto data = stream.server_end_point(); !data.empty()) out.bindings.push_back({"tls-server-end-point", std::move(data)});
    if (!stream.tls_info().client_addresses.empty()) out.certificate = sasl::Connection::Certificate::verified;
    return out;
}

std::vector<std::string> offered_on(const net::Stream& stream, std::span<const std::string> enabled) {
    const std::vector<std::string_view> names(enabled.begin(), enabled.end());
    const auto offers = sasl::offered(names, connection_of(stream));
    return {offers.begin(), offers.end()};
}

Dialogue dialogue_on(const net::Stream& stream, std::span<const std::string> enabled, std::string mechanism,
                     std::optional<std::string> initial) {
    return {.mechanism = std::move(mechanism),
            .initial = std::move(initial),
            .enabled = {enabled.begin(), enabled.end()},
            .connection = connection_of(stream),
            .certificate_addresses = stream.is_tls() ? stream.tls_info().client_addresses : std::vector<std::string>{}};
}

}  // namespace sky::identity
