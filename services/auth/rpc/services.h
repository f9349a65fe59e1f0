#pragma once
// The gRPC services of this process: Auth, Directory, Admin.
#include <memory>
#include <vector>

#include "sky/rpc/shards.h"

namespace grpc {
class Service;
}

namespace sky::auth {

class AuthShard;

class Services {
  public:
    explicit Services(rpc::Shards<AuthShard>& shards);
    ~Services();
    std::vector<grpc::Service*> all() const;

  private:
    struct All;
    std::unique_ptr<All> all_;
};

}  // namespace sky::auth
