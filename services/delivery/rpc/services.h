#pragma once
// The gRPC services of this process: Delivery, Queue.
#include <memory>
#include <vector>

#include "sky/rpc/shards.h"

namespace grpc {
class Service;
}

namespace sky::delivery {

class DeliveryShard;

class Services {
  public:
    explicit Services(rpc::Shards<DeliveryShard>& shards);
    ~Services();
    std::vector<grpc::Service*> all() const;

  private:
    struct All;
    std::unique_ptr<All> all_;
};

}  // namespace sky::delivery
