#pragma once
// What delivery counts. See README.md for the operator's view.
#include "sky/telemetry/metrics.h"

namespace sky::delivery {

inline metrics::CounterFamily submissions{"skybridge_delivery_submissions_total", "Messages handed over by smtp, by outcome.", {"outcome"}};
inline metrics::Counter repeated_submissions{"skybridge_delivery_repeated_submissions_total", "Submissions known by id or fingerprint."};
inline metrics::Counter batches{"skybridge_delivery_batches_total", "Batches begun; each is one commit when all goes well."};
inline metrics::Counter batch_messages{"skybridge_delivery_batch_messages_total", "Messages in those batches."};
inline metrics::Counter halved_batches{"skybridge_delivery_halved_batches_total", "Batches cut in two after a failure."};
inline metrics::Counter busy_deferrals{"skybridge_delivery_busy_deferrals_total", "Messages left for the next batch: account busy."};
inline metrics::Histogram commit_seconds{"skybridge_delivery_commit_seconds", "One batch's transaction, from BEGIN to COMMIT."};
inline metrics::Gauge waiting_submissions{"skybridge_delivery_waiting_submissions", "Submissions waiting for their batch."};

inline metrics::CounterFamily ends{"skybridge_delivery_recipients_total", "Queued recipients by what a worker made of them.", {"outcome"}};
inline metrics::Gauge queue_waiting{"skybridge_delivery_queue_waiting_recipients", "Recipients waiting in the queue."};
inline metrics::Gauge queue_claimed{"skybridge_delivery_queue_claimed_recipients", "Recipients held by workers."};
inline metrics::Gauge queue_quarantined{"skybridge_delivery_queue_quarantined_recipients", "Recipients in quarantine: look at them."};
inline metrics::Gauge queue_held{"skybridge_delivery_queue_held_recipients", "Recipients waiting for a group's moderators."};
inline metrics::Gauge queue_oldest{"skybridge_delivery_queue_oldest_seconds", "Age of the oldest message in the queue."};
inline metrics::Counter index_rebuilds{"skybridge_delivery_index_rebuilds_total", "Times the due index in Redis was built again."};
inline metrics::Counter indexed_messages{"skybridge_delivery_indexed_messages_total", "Messages indexed for searching."};
inline metrics::Counter fenced{"skybridge_delivery_fenced_total", "Claims found taken over by another worker."};

}  // namespace sky::delivery
