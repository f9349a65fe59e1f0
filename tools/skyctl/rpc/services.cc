#include "skyctl/rpc/services.h"

#include <grpcpp/client_context.h>

#include <chrono>

#include "sky/rpc/channel.h"
#include "sky/rpc/status.h"
#include "skybridge/admin/v1/admin.grpc.pb.h"
#include "skybridge/delivery/v1/delivery.grpc.pb.h"

namespace sky::skyctl {
namespace {
constexpr std::chrono::seconds patience{30};

template <class Reply, class Stub, class Request>
Result<Reply> once(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*), const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    if (status.ok()) return reply;
    const auto& metadata = context.GetServerTrailingMetadata();
    const auto fault = metadata.find(rpc::fault_key);
    return unexpected(
        rpc::error_of(status, fault == metadata.end() ? std::string_view() : std::string_view(fault->second.data(), fault->second.size())));
}

template <class Reply, class Stub, class Request>
Result<Reply> twice(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*), const Request& request) {
    auto first = once<Reply>(stub, method, request);
    if (first || first.error().fault != Fault::unavailable) return first;
    return once<Reply>(stub, method, request);
}
}  // namespace

struct Services::Stubs {
    explicit Stubs(const ServiceOptions& options)
        : auth({.target = options.auth, .credentials = options.credentials}),
          delivery({.target = options.delivery, .credentials = options.credentials}),
          admin_stub(auth.grpc()),
          queue_stub(delivery.grpc()) {}
    rpc::Channel auth, delivery;
    admin::Admin::Stub admin_stub;
    sky::skyctl::delivery::Queue::Stub queue_stub;
};

Services::Services(ServiceOptions options) : stubs_(std::make_unique<Stubs>(options)) {}
Services::~Services() = default;

Result<admin::Tenant> Services::call(const admin::AddTenantRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::AddTenant, request);
}
Result<admin::ListTenantsReply> Services::call(const admin::ListTenantsRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::ListTenants, request);
}
Result<admin::RemoveReply> Services::call(const admin::RemoveTenantRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::RemoveTenant, request);
}
Result<admin::Domain> Services::call(const admin::AddDomainRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::AddDomain, request);
}
Result<admin::ListDomainsReply> Services::call(const admin::ListDomainsRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::ListDomains, request);
}
Result<admin::RemoveReply> Services::call(const admin::RemoveDomainRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::RemoveDomain, request);
}
Result<admin::Mailbox> Services::call(const admin::AddMailboxRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::AddMailbox, request);
}
Result<admin::ListMailboxesReply> Services::call(const admin::ListMailboxesRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::ListMailboxes, request);
}
Result<admin::RemoveReply> Services::call(const admin::RemoveMailboxRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::RemoveMailbox, request);
}
Result<admin::Mailbox> Services::call(const admin::SetPasswordRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::SetPassword, request);
}
Result<admin::Alias> Services::call(const admin::AddAliasRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::AddAlias, request);
}
Result<admin::ListAliasesReply> Services::call(const admin::ListAliasesRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::ListAliases, request);
}
Result<admin::RemoveReply> Services::call(const admin::RemoveAliasRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::RemoveAlias, request);
}
Result<admin::ListSessionsReply> Services::call(const admin::ListSessionsRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::ListSessions, request);
}
Result<admin::EndSessionsReply> Services::call(const admin::EndSessionsRequest& request) {
    return twice(stubs_->admin_stub, &admin::Admin::Stub::EndSessions, request);
}
Result<delivery::ListQueueReply> Services::call(const delivery::ListQueueRequest& request) {
    return twice(stubs_->queue_stub, &delivery::Queue::Stub::List, request);
}
Result<delivery::FlushQueueReply> Services::call(const delivery::FlushQueueRequest& request) {
    return twice(stubs_->queue_stub, &delivery::Queue::Stub::Flush, request);
}
Result<delivery::RemoveQueueReply> Services::call(const delivery::RemoveQueueRequest& request) {
    return twice(stubs_->queue_stub, &delivery::Queue::Stub::Remove, request);
}

}  // namespace sky::skyctl
