#include "sky/dns/resolver.h"

namespace sky::dns {

Result<Options> resolver_at(std::string_view address_and_port) {
    if (address_and_port.empty()) return Options{.resolv_conf = "/etc/resolv.conf"};
    const auto server = net::parse_host_port(address_and_port);
    if (!server || !net::parse_address(server->host)) return unexpected(Fault::syntax, "a resolver is given as address:port");
    return Options{.forwarders = {{server->host, server->port}}};
}

}  // namespace sky::dns
