#include "delivery/queue/unreadable.h"

#include "sky/telemetry/log.h"

namespace sky::delivery {

Verdict unreadable(const store::Claimed& message, const Error& error) {
    const auto level = codes(error.fault).temporary ? log::Level::warning : log::Level::error;
    if (log::enabled(level))
        log::write(level, "delivery.queue.unreadable",
                   {{"tenant", message.key.tenant}, {"queue_id", message.key.id}, {"reason", error.reason}});
    return later_for_us("451 4.3.0 the message can't be read now");
}

}  // namespace sky::delivery
