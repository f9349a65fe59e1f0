#pragma once
// How directories elsewhere are reached, and which networks they may be in: a tenant's administrator names a host, and that host must not
// be one of ours. Public addresses are permitted, and the networks of LDAP_NETWORKS.
#include <chrono>
#include <string_view>
#include <vector>

#include "sky/async/offload.h"
#include "sky/net/address.h"
#include "sky/settings/settings.h"

namespace sky::auth {

struct ExternalReach {
    OffloadPool* pool;  // of its own: a slow directory takes no thread from password hashes
    std::size_t connections = 2;
    std::chrono::milliseconds patience{5000};
    std::vector<net::Network> networks = {};

    bool permits(std::string_view address) const;
};

// By the settings LDAP_…; the pool outlives it.
Result<ExternalReach> external_reach(const settings::Settings& settings, OffloadPool& pool);

}  // namespace sky::auth
