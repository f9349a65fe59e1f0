#include "delivery/queue/runner.h"

namespace sky::delivery {

struct QueueRunner::State {
    Executor executor;
    RunnerRooms rooms;
    RunnerOptions options;
};

QueueRunner::QueueRunner(Executor executor, RunnerRooms rooms, RunnerOptions options)
    : state_(std::make_unique<State>(std::move(executor), std::move(rooms), std::move(options))) {}
QueueRunner::~QueueRunner() = default;

void QueueRunner::start() {}
void QueueRunner::due_now(std::span<const store::MessageKey>) {}
void QueueRunner::wake() {}
Task<void> QueueRunner::drain(Deadline) { co_return; }

}  // namespace sky::delivery
