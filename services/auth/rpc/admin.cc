#include "auth/rpc/admin.h"

#include <cstdlib>

#include "sky/telemetry/log.h"

namespace sky::auth {

const AccessRight& AdminMethods::right_of_request(const google::protobuf::Descriptor& request) {
    const auto* right = right_of(rpc::method_taking(request).name());
    if (right) return *right;
    log::error("auth.access.no_right", {{"request", request.full_name()}});  // rights.cc would not have compiled
    std::abort();
}

}  // namespace sky::auth
