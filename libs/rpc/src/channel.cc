#include "sky/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include "keepalive.h"
#include "sky/rpc/client.h"
#include "transport.h"

namespace sky::rpc {

Channel::Channel(ChannelOptions options) {
    prepare_grpc();
    grpc::ChannelArguments arguments;
    keepalive::keep(arguments);
    arguments.SetMaxReceiveMessageSize(static_cast<int>(options.largest_message));
    arguments.SetLoadBalancingPolicyName("round_robin");
    // A service that restarts is found again within the second: peers answer "temporary" until then.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
    arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 1000);  // a container that comes back may have another address
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);               // channels of different shards get connections of their own
    if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
    channel_ = grpc::CreateCustomChannel(options.target, channel_credentials(options.credentials), arguments);
}

namespace {

// grpc.health.v1.HealthCheckResponse is one enum: field 1, varint; SERVING is 1.
bool says_serving(const grpc::ByteBuffer& reply) {
    grpc::Slice slice;
    return reply.DumpToSingleSlice(&slice).ok() && slice.size() == 2 && slice.begin()[0] == 0x08 && slice.begin()[1] == 0x01;
}

}  // namespace

Task<Result<void>> Channel::check(Deadline deadline) const {
    auto stub = std::make_shared<grpc::GenericStub>(channel_);
    auto start = [stub](grpc::ClientContext* context, const grpc::ByteBuffer* request, grpc::ByteBuffer* reply,
                        std::function<void(grpc::Status)> done) {
        stub->UnaryCall(context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), request, reply, std::move(done));
    };
    grpc::Slice nothing;
    grpc::ByteBuffer request(&nothing, 1);
    auto reply = co_await detail::call_once<grpc::ByteBuffer, grpc::ByteBuffer>(start, std::move(request), CallOptions{deadline});
    if (!reply) co_return std::unexpected(Error{Fault::unavailable, {}, reply.error().reason + reply.error().text});
    if (!says_serving(*reply)) co_return unexpected(Fault::unavailable, {}, "the other end does not serve");
    co_return Result<void>{};
}

}  // namespace sky::rpc
