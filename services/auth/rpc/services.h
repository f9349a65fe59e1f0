#pragma once
// The gRPC services of this process: Auth, Directory, Admin.
#include <memory>
#include <vector>

#include "sky/rpc/shards.h"

namespace grpc {
class CallbackGenericService;
class Service;
}  // namespace grpc

namespace sky::auth {

class AuthShard;

class Services {
  public:
    explicit Services(rpc::Shards<AuthShard>& shards);
    ~Services();
    std::vector<grpc::Service*> all() const;
    grpc::CallbackGenericService* administration() const;

  private:
    struct All;
    std::unique_ptr<All> all_;
};

}  // namespace sky::auth
