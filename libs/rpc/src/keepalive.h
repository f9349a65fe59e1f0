#pragma once
// Pings on quiet connections: long-lived streams must notice a peer that vanished without a word. Both ends must agree, or the server
// closes the connection for pinging too much.
#include <grpc/grpc.h>

namespace sky::rpc::keepalive {

inline constexpr int ping_each_ms = 5'000;
inline constexpr int answer_within_ms = 3'000;

template <class ChannelArguments>
void keep(ChannelArguments& arguments) {
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, ping_each_ms);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, answer_within_ms);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
}

template <class ServerBuilder>
void allow(ServerBuilder& builder) {
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, ping_each_ms);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, answer_within_ms);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, ping_each_ms / 2);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
}

}  // namespace sky::rpc::keepalive
