#pragma once
// Every setting of this service: SKYBRIDGE_POP3_<KEY>.
#include "sky/settings/shared_rows.h"

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
    settings::shared::tls_cert,
    settings::shared::tls_key,
    settings::shared::tls_directory,
    settings::shared::tls_reload,
    settings::shared::client_ca,
    settings::shared::sasl_mechanisms,
    settings::shared::trusted_proxies,
    settings::shared::auth_address,
    settings::shared::rpc_cert,
    settings::shared::rpc_key,
    settings::shared::rpc_ca,
    settings::shared::pg_dsn,
    settings::shared::pg_connections,
    settings::shared::pg_durability,
    settings::shared::redis,
    settings::shared::redis_ca,
    settings::shared::health_address,
    settings::shared::health_port("9104"),
    settings::shared::threads,
    settings::shared::drain_seconds,
    settings::shared::log_level,
};

}  // namespace sky::pop3d
