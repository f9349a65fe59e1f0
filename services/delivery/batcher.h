#pragma once
// Commits concurrent submissions together; one a shard. See batch_queue.h for what travels together and writer.h for the transaction.
#include <functional>
#include <map>
#include <memory>

#include "delivery/batch_queue.h"
#include "delivery/writer.h"
#include "sky/async/event.h"
#include "sky/async/group.h"

namespace sky::delivery {

// Told after each COMMIT: what to announce, what was queued. Must not block.
using Committed = std::function<void(TenantId, const BatchOutcome&)>;

class Batcher {
  public:
    Batcher(Executor executor, Writer& writer, BatchLimits limits, Committed committed);

    // Returns after COMMIT: the id under which the message is known (its own, or that of the submission it repeats). Any failure is
    // temporary. The same id while the first is in flight joins it.
    Task<Result<Uuid>> submit(Submission submission, Deadline deadline);

    std::size_t waiting() const { return queue_.waiting(); }
    // No new submissions; returns when all are settled or the deadline passed.
    Task<void> drain(Deadline deadline);

  private:
    struct Job {
        Submission submission;
        Deadline deadline;
        int deferrals = 0;
        Event settled;
        std::optional<Result<Uuid>> result;
    };
    using JobPtr = std::shared_ptr<Job>;
    using Queue = BatchQueue<JobPtr>;

    void start_batches();
    Task<void> run(Queue::Batch batch);
    Task<void> commit(TenantId tenant, std::vector<JobPtr> jobs, Deadline deadline);
    void settle(const JobPtr& job, Result<Uuid> result);
    void refuse(const std::vector<JobPtr>& jobs, const Error& error);

    Writer* writer_;
    Queue queue_;
    Committed committed_;
    std::map<Uuid, JobPtr> open_;
    Event changed_;
    bool draining_ = false;
    Group group_;
};

}  // namespace sky::delivery
