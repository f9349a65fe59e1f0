#pragma once
// Every setting of this service: SKYBRIDGE_DELIVERY_<KEY>.
#include "sky/settings/common.h"

namespace sky::delivery {

inline constexpr settings::Row setting_rows[] = {
    {"HOSTNAME", settings::Kind::text, "localhost", "Our name in reports and in EHLO to the next hop.", 1, 255},
    {"LISTEN_ADDRESS", settings::Kind::text, "127.0.0.1", "Address of the gRPC listener (mutual TLS)."},
    {"RPC_PORT", settings::Kind::number, "7002", "Port of the gRPC listener.", 0, 65535},
    {"GATEWAYS", settings::Kind::list, "smtp", "Common names of client certificates that may submit.", 0, 100},
    {"OPERATORS", settings::Kind::list, "skyctl", "Common names of client certificates that may administer the queue.", 0, 100},
    {"MESSAGE_SIZE", settings::Kind::bytes, "64M", "Largest message, trace headers included; not below that of smtp.", 65536,
     std::int64_t{1} << 31},
    {"MESSAGES_OPEN", settings::Kind::number, "256", "Messages of one stream that are received or committed at once.", 1, 10000},
    {"SPOOL_DIR", settings::Kind::text, "/tmp", "Directory for the unlinked files that hold messages over 256 KiB while they arrive."},
    {"COMMIT_LIMIT", settings::Kind::duration, "60s", "How long a submission may wait for its COMMIT.", 1000, 600000},
    {"SMARTHOST", settings::Kind::text, "", "host:port that takes all mail for other places; unset: such mail waits."},
    {"SMARTHOST_TLS", settings::Kind::choice, "required", "TLS to SMARTHOST: opportunistic ignores its certificate.", 0, 0,
     "none|opportunistic|required|implicit"},
    {"SMARTHOST_CA", settings::Kind::file, "", "PEM authorities for SMARTHOST's certificate; unset: the system's."},
    {"SMARTHOST_USER", settings::Kind::text, "", "Who signs in at SMARTHOST; unset: nobody."},
    {"SMARTHOST_PASSWORD", settings::Kind::secret, "", "Password of SMARTHOST_USER; sent under TLS only."},
    {"RETRY_FIRST", settings::Kind::duration, "5m", "Pause after the first failed attempt; doubled with each.", 100, 86400000},
    {"RETRY_MOST", settings::Kind::duration, "70m", "Longest pause between attempts.", 100, 86400000},
    {"QUEUE_LIFE", settings::Kind::duration, "120h", "How long a message is tried before it is returned (RFC 5321 asks for 4 to 5 days).",
     1000, std::int64_t{30} * 86400000},
    {"BOUNCE_LIFE", settings::Kind::duration, "48h", "The same for reports, which have no sender to go back to.", 1000,
     std::int64_t{30} * 86400000},
    {"QUEUE_AT_ONCE", settings::Kind::number, "32", "Queued messages each shard works on at once.", 1, 10000},
    {"QUEUE_LEASE", settings::Kind::duration, "20s", "How long a worker that died keeps others from its messages.", 1000, 3600000},
    {"QUEUE_POLL", settings::Kind::duration, "5s", "How often PostgreSQL is asked for due mail while Redis can't say.", 100, 600000},
    {"LEDGER_KEPT", settings::Kind::duration, "720h", "How long it is remembered what became of each message.", 7200000,
     std::int64_t{3650} * 86400000},
    {"CHANGES_KEPT", settings::Kind::duration, "2160h",
     "How long expunges are remembered; an IMAP client that was away longer compares all UIDs once.", std::int64_t{7} * 86400000,
     std::int64_t{3650} * 86400000},
    settings::common::pg_dsn,
    settings::common::pg_connections,
    settings::common::pg_durability,
    settings::common::redis,
    settings::common::redis_ca,
    settings::common::auth_address,
    settings::common::rpc_cert,
    settings::common::rpc_key,
    settings::common::rpc_ca,
    settings::common::health_address,
    settings::common::health_port("9102"),
    settings::common::threads,
    settings::common::drain_seconds,
    settings::common::log_level,
};

}  // namespace sky::delivery
