#pragma once
// Every setting of this service: SKYBRIDGE_SMTP_<KEY>.
#include "sky/settings/shared_rows.h"

namespace sky::smtpd {

inline constexpr settings::Row setting_rows[] = {
    {"HOSTNAME", settings::Kind::text, "localhost", "Our name in the greeting and in Received fields; the name that DNS gives our address.",
     1, 255},
    {"LISTEN_ADDRESS", settings::Kind::text, "::", "Address of the three listeners; :: takes IPv4 as well."},
    {"SMTP_PORT", settings::Kind::number, "2525", "Port for other mail servers (25 to the world).", 0, 65535},
    {"SUBMISSION_PORT", settings::Kind::number, "2587", "Port for submission with STARTTLS (587 to the world).", 0, 65535},
    {"SUBMISSIONS_PORT", settings::Kind::number, "2465", "Port for submission under TLS from the first octet (465 to the world).", 0,
     65535},
    {"MESSAGE_SIZE", settings::Kind::bytes, "50M", "Largest message, as announced by SIZE.", 65536, std::int64_t{1} << 31},
    {"RECIPIENTS_INBOUND", settings::Kind::number, "1000", "Recipients of one message from other servers.", 100, 100000},
    {"RECIPIENTS_SUBMISSION", settings::Kind::number, "500", "Recipients of one submitted message.", 1, 100000},
    {"COMMAND_TIMEOUT", settings::Kind::duration, "300s", "How long we wait for the next command or piece of data.", 1000, 3600000},
    {"SESSION_LIMIT", settings::Kind::duration, "60m", "How long one connection may last.", 10000, 86400000},
    {"GREETING_DELAY", settings::Kind::duration, "0s", "How long another server is watched for speaking before our greeting.", 0, 30000},
    {"CONNECTIONS", settings::Kind::number, "2000", "Connections of each shard and listener, at most.", 1, 1000000},
    {"CONNECTIONS_PER_IP", settings::Kind::number, "30", "Connections at once from one IPv4 address or IPv6 /64.", 1, 1000000},
    {"CONNECTIONS_PER_MINUTE", settings::Kind::number, "300", "New connections in a minute from one IPv4 address or IPv6 /64.", 1, 1000000},
    {"SPOOL_DIR", settings::Kind::text, "/tmp", "Directory for the unlinked files that hold messages over 256 KiB while they arrive."},
    {"POSTMASTER", settings::Kind::text, "",
     "An address here that gets mail to <Postmaster>, and to postmaster and abuse of domains that have nobody left; unset: postmaster@ and "
     "HOSTNAME."},
    settings::shared::tls_cert,
    settings::shared::tls_key,
    settings::shared::tls_directory,
    settings::shared::tls_reload,
    settings::shared::client_ca,
    settings::shared::sasl_mechanisms,
    settings::shared::trusted_proxies,
    settings::shared::auth_address,
    settings::shared::delivery_address,
    settings::shared::redis,
    settings::shared::redis_ca,
    settings::shared::rpc_cert,
    settings::shared::rpc_key,
    settings::shared::rpc_ca,
    settings::shared::health_address,
    settings::shared::health_port("9101"),
    settings::shared::threads,
    settings::shared::drain_seconds,
    settings::shared::log_level,
};

}  // namespace sky::smtpd
