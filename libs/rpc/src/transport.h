#pragma once
// Credentials as gRPC wants them, and its log.
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "sky/base/result.h"
#include "sky/rpc/credentials.h"

namespace sky::rpc {

// Refuses files that can't be read: gRPC itself would only fail each handshake later.
Result<void> check(const Credentials& credentials);

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Credentials& credentials);
std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Credentials& credentials);

// Once a process, before anything of gRPC: its own error lines become reports (rpc.grpc.error), the rest is dropped; and its threads for
// callbacks are kept for ever.
void prepare_grpc();

}  // namespace sky::rpc
