#pragma once
// Every setting of this service: SKYBRIDGE_AUTH_<KEY>.
#include "sky/settings/common.h"

namespace sky::auth {

inline constexpr settings::Row setting_rows[] = {
    {"LISTEN_ADDRESS", settings::Kind::text, "127.0.0.1", "Address of the gRPC listener (mutual TLS)."},
    {"RPC_PORT", settings::Kind::number, "7001", "Port of the gRPC listener.", 0, 65535},
    {"OPERATORS", settings::Kind::list, "skyctl", "Common names of client certificates that may administer.", 0, 100},
    {"GATEWAYS", settings::Kind::list, "smtp,delivery,imap,pop3,groupware",
     "Common names of client certificates that may ask for sign-in and addresses.", 0, 100},
    {"ARGON2_MEMORY", settings::Kind::bytes, "64M", "Memory of one password hash.", 8192, std::int64_t{4} << 30},
    {"ARGON2_OPERATIONS", settings::Kind::number, "2", "Passes of one password hash.", 1, 100},
    {"HASH_THREADS", settings::Kind::number, "2", "Password hashes at once; each takes ARGON2_MEMORY.", 1, 256},
    {"HASH_QUEUE", settings::Kind::number, "128", "Password hashes that may wait; more are refused for the moment.", 1, 100000},
    {"VERDICT_LIFE", settings::Kind::duration, "5m", "How long a proved password is remembered, as a keyed digest in memory.", 0, 3600000},
    {"DEFAULT_QUOTA", settings::Kind::bytes, "5G", "Quota of a mailbox that has none of its own and none by a plan.", 1 << 20,
     std::int64_t{1} << 50},
    {"SEAL_KEY", settings::Kind::secret, "",
     "Key of the secrets that stand sealed in PostgreSQL: 32 octets as 64 hex digits or base64, the same for all replicas.", 0, 0, "",
     settings::Need::required},
    {"SEAL_KEY_PREVIOUS", settings::Kind::secret, "", "Keys of before, separated by commas: they open what they sealed, and seal nothing."},
    {"BREACHED_PASSWORDS", settings::Kind::file, "", "File of passwords that nobody may choose, one a line; unset: none."},
    {"DNS_RESOLVER", settings::Kind::text, "",
     "address:port of the resolver that is asked about domains; unset: those of /etc/resolv.conf."},
    {"AUDIT_RETENTION", settings::Kind::duration, "400d", "How long changes and sign-ins stay on record.", 86400000,
     std::int64_t{3660} * 86400000},
    settings::common::pg_dsn,
    settings::common::pg_connections,
    settings::common::pg_durability,
    settings::common::redis,
    settings::common::redis_ca,
    settings::common::rpc_cert,
    settings::common::rpc_key,
    settings::common::rpc_ca,
    settings::common::health_address,
    settings::common::health_port("9106"),
    settings::common::threads,
    settings::common::drain_seconds,
    settings::common::log_level,
};

}  // namespace sky::auth
