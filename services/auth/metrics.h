#pragma once
// What this service counts.
#include "sky/telemetry/metrics.h"

namespace sky::auth::metrics {

using namespace sky::metrics;

inline CounterFamily sign_ins{"skybridge_auth_sign_ins_total", "Sign-ins by outcome (proved, or the fault of the refusal).", {"outcome"}};
inline Counter cached_verdicts{"skybridge_auth_cached_verdicts_total", "Sign-ins proved by a verdict in memory, without argon2id."};
inline Counter password_hashes{"skybridge_auth_password_hashes_total", "Password hashes computed, also for nothing and for new passwords."};
inline CounterFamily resolutions{"skybridge_auth_resolutions_total", "Addresses resolved, by kind.", {"kind"}};
inline Counter writes{"skybridge_auth_directory_writes_total", "Changes of the directory made by this process."};

}  // namespace sky::auth::metrics
