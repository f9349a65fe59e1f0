#include "sky/rpc/client.h"

#include <algorithm>
#include <chrono>

#include "sky/async/timer.h"

namespace sky::rpc::detail {

void prepare(grpc::ClientContext& context, const CallOptions& options) {
    constexpr std::chrono::steady_clock::duration longest = std::chrono::hours(1);
    const auto left = std::min(options.deadline - std::chrono::steady_clock::now(), longest);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
    if (!options.traceparent.empty()) context.AddMetadata(trace_key, options.traceparent);
    if (!options.bearer.empty()) context.AddMetadata(bearer_key, "Bearer " + options.bearer);
}

std::string fault_name(const grpc::ClientContext& context) {
    const auto& metadata = context.GetServerTrailingMetadata();
    const auto at = metadata.find(fault_key);
    return at == metadata.end() ? std::string{} : std::string(at->second.data(), at->second.size());
}

Task<bool> worth_again(const Error& error, const CallOptions& options) {
    constexpr std::chrono::milliseconds pause{150};
    if (error.fault != Fault::unavailable || passed(options.deadline - 2 * pause)) co_return false;
    co_await sleep_for(pause);
    co_return true;
}

}  // namespace sky::rpc::detail
