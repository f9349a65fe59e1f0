#pragma once
#include "sky/telemetry/metrics.h"

namespace sky::smtpd::counted {

inline metrics::CounterFamily connections{"skybridge_smtp_connections_total", "Connections by listener.", {"listener"}};
inline metrics::CounterFamily replies{"skybridge_smtp_replies_total", "Replies by verb and class (2 to 5).", {"verb", "class"}};
inline metrics::CounterFamily messages{"skybridge_smtp_messages_total", "Messages by outcome.", {"outcome"}};
inline metrics::Counter octets{"skybridge_smtp_received_bytes_total", "Octets of accepted messages."};
inline metrics::CounterFamily recipients{"skybridge_smtp_recipients_total", "RCPT commands by outcome.", {"outcome"}};
inline metrics::CounterFamily sign_ins{"skybridge_smtp_authentications_total", "AUTH exchanges by outcome.", {"outcome"}};
inline metrics::Counter refused_sends{"skybridge_smtp_send_limit_refusals_total",
                                      "MAIL commands refused because the user's plan allows no more for now."};
inline metrics::Histogram commit{"skybridge_smtp_commit_seconds", "From the end of the data to delivery's answer."};

}  // namespace sky::smtpd::counted
