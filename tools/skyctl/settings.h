#pragma once
// Settings of the command line: SKYBRIDGE_SKYCTL_<KEY>, or KEY=VALUE lines of the file that --config names (the environment wins).
#include "sky/settings/common.h"

namespace sky::skyctl {

inline constexpr settings::Row setting_rows[] = {
    settings::common::auth_address,
    settings::common::delivery_address,
    {"RPC_CERT", settings::Kind::file, "", "PEM certificate of the operator; its common name must be one of auth's OPERATORS."},
    {"RPC_KEY", settings::Kind::file, "", "PEM key of RPC_CERT."},
    {"RPC_CA", settings::Kind::file, "", "PEM authority that signs every service's RPC_CERT."},
    {"TOKEN", settings::Kind::secret, "", "Access token to speak for; without it the certificate's own rights count."},
    {"PG_DSN", settings::Kind::secret, "", "PostgreSQL as the owner of the schemas; only migrate and fsck need it."},
};

}  // namespace sky::skyctl
