#pragma once
// Rows that several services share, so that they are declared alike: constexpr Row rows[] = {shared::threads, shared::log_level, …};
#include "sky/settings/row.h"

namespace sky::settings::shared {

inline constexpr Row log_level{"LOG_LEVEL", Kind::choice, "info", "Least severe level that is logged.", 0, 0, "debug|info|warning|error"};
inline constexpr Row threads{"THREADS", Kind::number, "1", "Shards: threads that each serve connections on their own.", 1, 256};
inline constexpr Row drain_seconds{"DRAIN_SECONDS", Kind::number, "25", "How long sessions may go on after SIGTERM.", 0, 3600};
inline constexpr Row health_address{"HEALTH_ADDRESS", Kind::text, "127.0.0.1", "Address of the health and metrics listener."};
// The default port differs per service.
constexpr Row health_port(std::string_view port) {
    return {"HEALTH_PORT", Kind::number, port, "Port of /healthz/live, /healthz/ready and /metrics (HTTP).", 0, 65535};
}
inline constexpr Row tls_cert{"TLS_CERT", Kind::file, "", "PEM certificate chain for clients, leaf first; read again when it changes."};
inline constexpr Row tls_key{"TLS_KEY", Kind::file, "", "PEM key of TLS_CERT."};
inline constexpr Row tls_directory{"TLS_DIRECTORY", Kind::text, "", "Directory with further NAME.crt and NAME.key, chosen by SNI."};
inline constexpr Row tls_reload{"TLS_RELOAD", Kind::duration,
                                "30s",        "How often we look whether the certificates' files changed; SIGHUP looks at once.",
                                1000,         86400000};
inline constexpr Row client_ca{"CLIENT_CA", Kind::file, "",
                               "PEM authorities whose certificates clients may sign in with (EXTERNAL); unset: none are asked for."};
inline constexpr Row sasl_mechanisms{"SASL_MECHANISMS",
                                     Kind::list,
                                     "OAUTHBEARER,XOAUTH2,EXTERNAL,PLAIN,LOGIN",
                                     "SASL mechanisms that are offered, each only where the connection has what it needs. "
                                     "SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1-PLUS "
                                     "and SCRAM-SHA-1 too where tenants keep SCRAM verifiers: clients that see them insist on them.",
                                     1,
                                     20};
inline constexpr Row trusted_proxies{"TRUSTED_PROXIES", Kind::list, "", "Networks whose connections begin with a PROXY header."};
inline constexpr Row pg_dsn{"PG_DSN", Kind::secret,  "", "PostgreSQL connection (libpq URI or key=value; several hosts allowed).", 0, 0,
                            "",       Need::required};
inline constexpr Row pg_connections{"PG_CONNECTIONS", Kind::number, "8", "PostgreSQL connections of each shard, at most.", 1, 1000};
inline constexpr Row pg_durability{
    "PG_DURABILITY", Kind::choice, "required", "Whether a PostgreSQL that could lose commits is refused.", 0, 0, "required|waived"};
inline constexpr Row redis{"REDIS", Kind::secret, "",
                           "Redis: host:port or redis://user:password@host:port or rediss://…; unset: work without."};
inline constexpr Row redis_ca{"REDIS_CA", Kind::file, "", "PEM authorities for a rediss:// server."};
inline constexpr Row rpc_cert{"RPC_CERT", Kind::file, "", "PEM certificate of this service for gRPC between services.",
                              0,          0,          "", Need::required};
inline constexpr Row rpc_key{"RPC_KEY", Kind::file, "", "PEM key of RPC_CERT.", 0, 0, "", Need::required};
inline constexpr Row rpc_ca{"RPC_CA", Kind::file, "", "PEM authority that signs every service's RPC_CERT.", 0, 0, "", Need::required};
inline constexpr Row auth_address{"AUTH_ADDRESS", Kind::text, "127.0.0.1:7001", "host:port of the auth service."};
inline constexpr Row delivery_address{"DELIVERY_ADDRESS", Kind::text, "127.0.0.1:7002", "host:port of the delivery service."};

}  // namespace sky::settings::shared
