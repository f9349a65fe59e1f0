#include "sky/rpc/status.h"

#include <string>

#include "sky/rpc/unary.h"

namespace sky::rpc {
namespace {
constexpr int fault_count = static_cast<int>(Fault::internal) + 1;
}

grpc::Status status_of(const Error& error) { return grpc::Status(static_cast<grpc::StatusCode>(codes(error.fault).grpc), error.text); }

Fault fault_named(std::string_view name, Fault otherwise) {
    for (int i = 0; i < fault_count; ++i)
        if (codes(static_cast<Fault>(i)).name == name) return static_cast<Fault>(i);
    return otherwise;
}

Error error_of(const grpc::Status& status, std::string_view fault_name) {
    const Fault fault = fault_named(fault_name, fault_of_grpc(status.error_code()));
    if (!fault_name.empty()) return Error{fault, status.error_message(), {}};
    // The text of gRPC itself names hosts and ports: for the log only.
    return Error{fault, {}, "gRPC status " + std::to_string(status.error_code()) + ": " + status.error_message()};
}

namespace detail {

const Error no_shard{Fault::unavailable, "stopping", {}};

grpc::Status answer(grpc::CallbackServerContext& context, const Context& call, const Error& error) {
    report_failure(call.request, error);
    context.AddTrailingMetadata(fault_key, std::string(codes(error.fault).name));
    return status_of(error);
}

}  // namespace detail
}  // namespace sky::rpc
