#pragma once
// What this service counts.
#include "sky/telemetry/metrics.h"

namespace sky::imapd::counted {

inline metrics::CounterFamily connections{"skybridge_imap_connections_total", "Connections by listener.", {"listener"}};
inline metrics::CounterFamily commands{"skybridge_imap_commands_total", "Commands by verb and outcome.", {"verb", "outcome"}};
inline metrics::CounterFamily sign_ins{"skybridge_imap_sign_ins_total", "Sign-ins by outcome.", {"outcome"}};
inline metrics::Gauge sessions{"skybridge_imap_sessions", "Connections open now."};

}  // namespace sky::imapd::counted
