#pragma once
// The services' gRPC, blocking: one overload a request. A call waits at most half a minute; one that found nobody is tried once more, which
// the idempotency key (or the nature of the request) makes harmless.
#include <memory>
#include <string>

#include "sky/base/result.h"
#include "sky/rpc/credentials.h"
#include "skybridge/admin/v1/admin.pb.h"
#include "skybridge/delivery/v1/delivery.pb.h"

namespace sky::skyctl {

namespace admin = skybridge::admin::v1;
namespace delivery = skybridge::delivery::v1;

struct ServiceOptions {
    std::string auth;
    std::string delivery;
    rpc::Credentials credentials;
};

class Services {
  public:
    explicit Services(ServiceOptions options);
    ~Services();

    Result<admin::Tenant> call(const admin::AddTenantRequest& request);
    Result<admin::ListTenantsReply> call(const admin::ListTenantsRequest& request);
    Result<admin::RemoveReply> call(const admin::RemoveTenantRequest& request);
    Result<admin::Domain> call(const admin::AddDomainRequest& request);
    Result<admin::ListDomainsReply> call(const admin::ListDomainsRequest& request);
    Result<admin::RemoveReply> call(const admin::RemoveDomainRequest& request);
    Result<admin::Mailbox> call(const admin::AddMailboxRequest& request);
    Result<admin::ListMailboxesReply> call(const admin::ListMailboxesRequest& request);
    Result<admin::RemoveReply> call(const admin::RemoveMailboxRequest& request);
    Result<admin::Mailbox> call(const admin::SetPasswordRequest& request);
    Result<admin::Alias> call(const admin::AddAliasRequest& request);
    Result<admin::ListAliasesReply> call(const admin::ListAliasesRequest& request);
    Result<admin::RemoveReply> call(const admin::RemoveAliasRequest& request);
    Result<admin::ListSessionsReply> call(const admin::ListSessionsRequest& request);
    Result<admin::EndSessionsReply> call(const admin::EndSessionsRequest& request);
    Result<delivery::ListQueueReply> call(const delivery::ListQueueRequest& request);
    Result<delivery::FlushQueueReply> call(const delivery::FlushQueueRequest& request);
    Result<delivery::RemoveQueueReply> call(const delivery::RemoveQueueRequest& request);

  private:
    struct Stubs;
    std::unique_ptr<Stubs> stubs_;
};

}  // namespace sky::skyctl
