#pragma once
// Delivery's side of custody, over one long-lived stream (proto/skybridge/delivery/v1). gRPC's headers stay in the .cc.
#include <memory>

#include "sky/async/task.h"
#include "sky/rpc/channel.h"
#include "smtp/asked.h"

namespace sky::smtpd {

// One a shard, on its thread.
class Delivery final : public Custody {
  public:
    Delivery(Executor executor, std::shared_ptr<rpc::Channel> channel);
    ~Delivery() override;

    Task<Result<Receipt>> submit(const Submission& submission, Deadline deadline) override;
    void confirm(Uuid ingest, TenantId tenant) override;
    // Sends the confirmations that wait; then ends the stream.
    Task<void> stop(Deadline deadline);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sky::smtpd
