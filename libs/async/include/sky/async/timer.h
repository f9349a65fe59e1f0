#pragma once
// Deadlines are points of the steady clock; durations are for settings.
#include <chrono>

#include "sky/async/task.h"

namespace sky {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline after(std::chrono::steady_clock::duration d) { return std::chrono::steady_clock::now() + d; }
inline bool passed(Deadline deadline) { return std::chrono::steady_clock::now() >= deadline; }

// Ends early (by an exception that a Group swallows) when the awaiting coroutine is cancelled.
Task<void> sleep_for(std::chrono::steady_clock::duration d);
Task<void> sleep_until(Deadline deadline);

// Lets everything else that is ready run first; for loops that could keep a shard busy.
Task<void> yield();

}  // namespace sky
