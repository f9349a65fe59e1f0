#pragma once
// Every setting of this service: SKYBRIDGE_GROUPWARE_<KEY>.
#include "sky/settings/shared_rows.h"

namespace sky::groupware {

inline constexpr settings::Row setting_rows[] = {
    {"LISTEN_ADDRESS", settings::Kind::text, "::", "Address of the listener; :: takes IPv4 as well."},
    {"DAV_PORT", settings::Kind::number, "2443", "Port for CalDAV over TLS (443 to the world).", 0, 65535},
    {"RESOURCE_SIZE", settings::Kind::bytes, "1M", "Largest calendar object.", 16384, 10 << 20},
    {"REQUEST_TIMEOUT", settings::Kind::duration, "30s", "How long one request may take once it has been read.", 1000, 600000},
    {"CONNECTIONS", settings::Kind::number, "2000", "Connections of each shard, at most.", 1, 1000000},
    {"CONNECTIONS_PER_IP", settings::Kind::number, "100", "Connections at once from one IPv4 address or IPv6 /64.", 1, 1000000},
    {"CHANGES_KEPT", settings::Kind::duration, "2160h",
     "How long deletions are remembered; a client that was away longer compares everything once.", std::int64_t{7} * 86400000,
     std::int64_t{3650} * 86400000},
    settings::shared::tls_cert,
    settings::shared::tls_key,
    settings::shared::tls_directory,
    settings::shared::tls_reload,
    settings::shared::trusted_proxies,
    settings::shared::pg_dsn,
    settings::shared::pg_connections,
    settings::shared::pg_durability,
    settings::shared::auth_address,
    settings::shared::rpc_cert,
    settings::shared::rpc_key,
    settings::shared::rpc_ca,
    settings::shared::health_address,
    settings::shared::health_port("9105"),
    settings::shared::threads,
    settings::shared::drain_seconds,
    settings::shared::log_level,
};

}  // namespace sky::groupware
