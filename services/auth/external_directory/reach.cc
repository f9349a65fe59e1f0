#include "auth/external_directory/reach.h"

namespace sky::auth {

bool ExternalReach::permits(std::string_view address) const { return net::is_public(address) || net::contains(networks, address); }

Result<ExternalReach> external_reach(const settings::Settings& settings, OffloadPool& pool) {
    auto networks = net::parse_networks(settings.text("LDAP_NETWORKS"));
    if (!networks) return unexpected(Fault::syntax, "LDAP_NETWORKS: " + networks.error().text);
    return ExternalReach{.pool = &pool,
                         .connections = static_cast<std::size_t>(settings.number("LDAP_CONNECTIONS")),
                         .patience = settings.seconds("LDAP_PATIENCE"),
                         .networks = std::move(*networks)};
}

}  // namespace sky::auth
