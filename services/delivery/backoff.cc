#include "delivery/backoff.h"

#include <algorithm>

namespace sky::delivery {

std::chrono::milliseconds pause_after(const Schedule& schedule, int attempts, double random) {
    auto pause = schedule.first;
    for (int i = 1; i < attempts && pause < schedule.most; ++i) pause *= 2;
    pause = std::min(pause, schedule.most);
    const double factor = 0.8 + 0.4 * random;
    return std::chrono::milliseconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * factor)};
}

}  // namespace sky::delivery
