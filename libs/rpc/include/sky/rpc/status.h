#pragma once
// Errors on the wire: the status carries the code of the Fault and the text for the peer; the exact Fault travels by name in trailing
// metadata. The reason never leaves the process.
#include <grpcpp/support/status.h>

#include <string_view>

#include "sky/base/result.h"

namespace sky::rpc {

inline constexpr const char* fault_key = "sky-fault";
inline constexpr const char* bearer_key = "authorization";
inline constexpr const char* trace_key = "traceparent";

grpc::Status status_of(const Error& error);

// The Error that a status (not OK) stands for; `fault_name` is the trailing metadata, or empty.
Error error_of(const grpc::Status& status, std::string_view fault_name);

// A Fault by its name in the table; `otherwise` for a name that this build does not know.
Fault fault_named(std::string_view name, Fault otherwise);

}  // namespace sky::rpc
