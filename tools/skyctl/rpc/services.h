#pragma once
// The services' gRPC, blocking. A call waits at most half a minute; one that found nobody is tried once more, which the idempotency key (or
// the nature of the request) makes harmless. A request belongs to one rpc only, so it says itself which one is meant.
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

#include "sky/base/result.h"
#include "sky/rpc/channel.h"
#include "sky/rpc/methods.h"
#include "skybridge/admin/v1/address_list.pb.h"
#include "skybridge/admin/v1/aliases.pb.h"
#include "skybridge/admin/v1/app_passwords.pb.h"
#include "skybridge/admin/v1/audit.pb.h"
#include "skybridge/admin/v1/billing.pb.h"
#include "skybridge/admin/v1/contacts.pb.h"
#include "skybridge/admin/v1/delegates.pb.h"
#include "skybridge/admin/v1/deleted.pb.h"
#include "skybridge/admin/v1/domains.pb.h"
#include "skybridge/admin/v1/external_directories.pb.h"
#include "skybridge/admin/v1/groups.pb.h"
#include "skybridge/admin/v1/mailboxes.pb.h"
#include "skybridge/admin/v1/oauth.pb.h"
#include "skybridge/admin/v1/plans.pb.h"
#include "skybridge/admin/v1/preferences.pb.h"
#include "skybridge/admin/v1/roles.pb.h"
#include "skybridge/admin/v1/second_factors.pb.h"
#include "skybridge/admin/v1/sessions.pb.h"
#include "skybridge/admin/v1/setup.pb.h"
#include "skybridge/admin/v1/tenants.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"
#include "skybridge/delivery/v1/delivery.pb.h"

namespace sky::skyctl {

namespace admin = skybridge::admin::v1;
namespace delivery = skybridge::delivery::v1;

struct ServiceOptions {
    std::string auth;
    std::string delivery;
    rpc::Credentials credentials;
    std::string token = {};  // speaks for whom it was made; empty: for the certificate
};

class Services {
  public:
    explicit Services(ServiceOptions options);

    template <class Reply, class Request>
    Result<Reply> call(const Request& request) {
        const auto& method = rpc::method_taking(*Request::descriptor());
        auto octets = exchange(method, request.SerializeAsString());
        if (!octets) return forward(octets);
        Reply reply;
        if (!reply.ParseFromString(*octets)) return unexpected(Fault::internal, "the service's answer can't be read");
        return reply;
    }

    // The same for a request whose type is known at run time only.
    Result<std::unique_ptr<google::protobuf::Message>> call_any(const google::protobuf::Message& request);

  private:
    Result<std::string> exchange(const google::protobuf::MethodDescriptor& method, std::string request);
    rpc::Channel auth_, delivery_;
    std::string token_;
};

}  // namespace sky::skyctl
