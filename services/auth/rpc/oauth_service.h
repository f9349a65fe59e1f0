#pragma once
// The gRPC service that the pages' gateway calls.
#include <memory>

#include "sky/rpc/shards.h"

namespace grpc {
class Service;
}

namespace sky::auth {
class AuthShard;
}

namespace sky::auth::oauth {

std::unique_ptr<grpc::Service> make_service(rpc::Shards<AuthShard>& shards);

}  // namespace sky::auth::oauth
