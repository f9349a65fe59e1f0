#pragma once
// Every setting of this service: SKYBRIDGE_IMAP_<KEY>.
#include "sky/settings/shared_rows.h"

namespace sky::imapd {

inline constexpr settings::Row setting_rows[] = {
    {"HOSTNAME", settings::Kind::text, "localhost", "Our name in the greeting.", 1, 255},
    {"LISTEN_ADDRESS", settings::Kind::text, "::", "Address of both listeners; :: takes IPv4 as well."},
    {"IMAP_PORT", settings::Kind::number, "2143", "Port with STARTTLS (143 to the world).", 0, 65535},
    {"IMAPS_PORT", settings::Kind::number, "2993", "Port under TLS from the first octet (993 to the world).", 0, 65535},
    {"MESSAGE_SIZE", settings::Kind::bytes, "50M", "Largest message that APPEND takes.", 65536, std::int64_t{1} << 31},
    {"MESSAGE_LIMIT", settings::Kind::number, "1000000",
     "How many messages one command works on; the rest is told to the client (RFC 9738).", 1000, std::int64_t{1} << 31},
    {"SAVE_LIMIT", settings::Kind::number, "100000", "How many messages one command may copy, move or append.", 1000,
     std::int64_t{1} << 31},
    {"ADMIN_CONTACT", settings::Kind::text, "",
     "URI of whom to ask about this server (mailto:, https:), told as /shared/admin (RFC 5464)."},
    {"SERVER_COMMENT", settings::Kind::text, "", "What is there to say about this server, told as /shared/comment."},
    {"SIGN_IN_LIMIT", settings::Kind::duration, "60s", "How long a client may take to sign in.", 5000, 600000},
    {"IDLE_LIMIT", settings::Kind::duration, "1830s", "How long a signed-in client may say nothing; RFC 9051 asks for 30 minutes.", 60000,
     86400000},
    {"KEEPALIVE", settings::Kind::duration, "120s", "How often a client in IDLE gets a sign of life.", 1000, 1800000},
    {"POLL", settings::Kind::duration, "10s", "How often IDLE and NOTIFY look by themselves while Redis can't be heard.", 500, 600000},
    {"STORE_LIMIT", settings::Kind::duration, "30s", "How long one step in the database may take.", 1000, 600000},
    {"VIEW_REST", settings::Kind::duration, "10m", "How long flags of messages that nobody looks at stay in memory.", 1000, 86400000},
    {"VIEW_MESSAGES", settings::Kind::number, "2000000",
     "Messages whose flags a shard keeps in memory, at most, beyond what commands work on at that moment (64 octets each; what they are "
     "sorted by counts too).",
     1000, std::int64_t{1} << 31},
    {"CONNECTIONS", settings::Kind::number, "5000", "Connections of each shard and listener, at most.", 1, 1000000},
    {"CONNECTIONS_PER_IP", settings::Kind::number, "500", "Connections at once from one IPv4 address or IPv6 /64.", 1, 1000000},
    {"CONNECTIONS_PER_USER", settings::Kind::number, "20", "Sessions at once of one mailbox from one address, of each shard.", 1, 100000},
    settings::shared::tls_cert,
    settings::shared::tls_key,
    settings::shared::tls_directory,
    settings::shared::tls_reload,
    settings::shared::client_ca,
    settings::shared::sasl_mechanisms,
    settings::shared::trusted_proxies,
    settings::shared::pg_dsn,
    settings::shared::pg_connections,
    settings::shared::pg_durability,
    settings::shared::redis,
    settings::shared::redis_ca,
    settings::shared::auth_address,
    settings::shared::rpc_cert,
    settings::shared::rpc_key,
    settings::shared::rpc_ca,
    settings::shared::health_address,
    settings::shared::health_port("9103"),
    settings::shared::threads,
    settings::shared::drain_seconds,
    settings::shared::log_level,
};

}  // namespace sky::imapd
