#pragma once
// Every setting of this service: SKYBRIDGE_POP3_<KEY>.
#include "sky/settings/common.h"

namespace sky::pop3d {

inline constexpr settings::Row setting_rows[] = {
    {"HOSTNAME", settings::Kind::text, "localhost", "Our name in the greeting.", 1, 255},
    {"LISTEN_ADDRESS", settings::Kind::text, "::", "Address of the listeners; :: takes IPv4 as well."},
    {"POP3_PORT", settings::Kind::number, "2110", "Port with STLS (110 to the world).", 0, 65535},
    {"POP3S_PORT", settings::Kind::number, "2995", "Port under TLS from the first octet (995 to the world).", 0, 65535},
    {"LOGIN_LIMIT", settings::Kind::duration, "60s", "How long a client may take to sign in.", 1000, 3600000},
    {"IDLE_TIMEOUT", settings::Kind::duration, "10m", "How long a signed-in client may be silent.", 10000, 86400000},
    {"CONNECTIONS", settings::Kind::number, "2000", "Connections of each shard and listener, at most.", 1, 1000000},
    {"CONNECTIONS_PER_IP", settings::Kind::number, "30", "Connections at once from one IPv4 address or IPv6 /64.", 1, 1000000},
    settings::common::tls_cert,
    settings::common::tls_key,
    settings::common::tls_directory,
    settings::common::tls_reload,
    settings::common::client_ca,
    settings::common::sasl_mechanisms,
    settings::common::trusted_proxies,
    settings::common::auth_address,
    settings::common::rpc_cert,
    settings::common::rpc_key,
    settings::common::rpc_ca,
    settings::common::pg_dsn,
    settings::common::pg_connections,
    settings::common::pg_durability,
    settings::common::redis,
    settings::common::redis_ca,
    settings::common::health_address,
    settings::common::health_port("9104"),
    settings::common::threads,
    settings::common::drain_seconds,
    settings::common::log_level,
};

}  // namespace sky::pop3d
