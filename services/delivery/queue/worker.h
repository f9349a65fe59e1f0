#pragma once
// One claimed message from claim to end.
#include "delivery/queue/context.h"
#include "delivery/queue/ending.h"

namespace sky::delivery {

// A message that killed this many workers is put aside instead of being tried again.
inline constexpr int most_crashes = 3;

Task<std::optional<Ended>> work(QueueContext& queue, const store::Claimed& message);

}  // namespace sky::delivery
