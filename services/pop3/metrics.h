#pragma once
#include "sky/telemetry/metrics.h"

namespace sky::pop3d::counted {

inline metrics::CounterFamily connections{"skybridge_pop3_connections_total", "Connections by listener.", {"listener"}};
inline metrics::CounterFamily commands{"skybridge_pop3_commands_total", "Commands by verb and outcome.", {"verb", "outcome"}};
inline metrics::CounterFamily sign_ins{"skybridge_pop3_sign_ins_total", "Sign-ins by outcome.", {"outcome"}};
inline metrics::Counter retrieved{"skybridge_pop3_retrieved_messages_total", "Messages sent by RETR."};
inline metrics::Counter removed{"skybridge_pop3_removed_messages_total", "Messages removed by QUIT."};
inline metrics::Gauge sessions{"skybridge_pop3_sessions", "Connections open now."};

}  // namespace sky::pop3d::counted
