#include "auth/rpc/services.h"

#include "auth/rpc/handlers.h"
#include "sky/rpc/server_stream.h"
#include "sky/rpc/unary.h"
#include "skybridge/admin/v1/admin.grpc.pb.h"
#include "skybridge/auth/v1/auth.grpc.pb.h"
#include "skybridge/directory/v1/directory.grpc.pb.h"

namespace sky::auth {
namespace {
constexpr std::size_t in_flight = 256;  // questions of one stream that are worked on at once

class AuthService final : public auth_v1::Auth::CallbackService {
  public:
    explicit AuthService(rpc::Shards<AuthShard>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>* Authenticate(
        grpc::CallbackServerContext* context) override {
        return rpc::multiplex<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>(context, shards_, in_flight, &authenticate,
                                                                                        &refused_sign_in);
    }

  private:
    rpc::Shards<AuthShard>& shards_;
};

class DirectoryService final : public directory_v1::Directory::CallbackService {
  public:
    explicit DirectoryService(rpc::Shards<AuthShard>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<directory_v1::ResolveRequest, directory_v1::ResolveReply>* Resolve(
        grpc::CallbackServerContext* context) override {
        return rpc::multiplex<directory_v1::ResolveRequest, directory_v1::ResolveReply>(context, shards_, in_flight, &resolve,
                                                                                        &failed_resolution);
    }
    grpc::ServerWriteReactor<directory_v1::Change>* Watch(grpc::CallbackServerContext* context,
                                                          const directory_v1::WatchRequest* request) override {
        return rpc::feed<directory_v1::Change>(context, shards_, request, &watch);
    }

  private:
    rpc::Shards<AuthShard>& shards_;
};

// The operator's rights are checked here, before any handler is reached.
class AdminService final : public admin_v1::Admin::CallbackService {
  public:
    explicit AdminService(rpc::Shards<AuthShard>& shards) : shards_(shards) {}

#define SKY_ADMIN_RPC(Method, Request, Reply, handler)                                                                               \
    grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context, const admin_v1::Request* request, admin_v1::Reply* reply) \
        override {                                                                                                                   \
        return rpc::unary(context, shards_, request, reply, &permitted<admin_v1::Reply, admin_v1::Request, handler>);                \
    }
    SKY_ADMIN_RPC(AddTenant, AddTenantRequest, Tenant, add_tenant)
    SKY_ADMIN_RPC(ListTenants, ListTenantsRequest, ListTenantsReply, list_tenants)
    SKY_ADMIN_RPC(RemoveTenant, RemoveTenantRequest, RemoveReply, remove_tenant)
    SKY_ADMIN_RPC(AddDomain, AddDomainRequest, Domain, add_domain)
    SKY_ADMIN_RPC(ListDomains, ListDomainsRequest, ListDomainsReply, list_domains)
    SKY_ADMIN_RPC(RemoveDomain, RemoveDomainRequest, RemoveReply, remove_domain)
    SKY_ADMIN_RPC(AddMailbox, AddMailboxRequest, Mailbox, add_mailbox)
    SKY_ADMIN_RPC(ListMailboxes, ListMailboxesRequest, ListMailboxesReply, list_mailboxes)
    SKY_ADMIN_RPC(RemoveMailbox, RemoveMailboxRequest, RemoveReply, remove_mailbox)
    SKY_ADMIN_RPC(SetPassword, SetPasswordRequest, Mailbox, set_password)
    SKY_ADMIN_RPC(AddAlias, AddAliasRequest, Alias, add_alias)
    SKY_ADMIN_RPC(ListAliases, ListAliasesRequest, ListAliasesReply, list_aliases)
    SKY_ADMIN_RPC(RemoveAlias, RemoveAliasRequest, RemoveReply, remove_alias)
    SKY_ADMIN_RPC(ListSessions, ListSessionsRequest, ListSessionsReply, list_sessions)
    SKY_ADMIN_RPC(EndSessions, EndSessionsRequest, EndSessionsReply, end_sessions)
#undef SKY_ADMIN_RPC

  private:
    template <class Reply, class Request, Handler<Reply, Request>* handler>
    static Task<Result<Reply>> permitted(AuthShard& shard, rpc::Context context, const Request& request) {
        if (auto may = shard.permit(context.caller, Right::administer); !may) co_return forward(may);
        co_return co_await handler(shard, std::move(context), request);
    }
    rpc::Shards<AuthShard>& shards_;
};
}  // namespace

struct Services::All {
    AuthService auth;
    DirectoryService directory;
    AdminService admin;
};

Services::Services(rpc::Shards<AuthShard>& shards) : all_(new All{AuthService(shards), DirectoryService(shards), AdminService(shards)}) {}
Services::~Services() = default;

std::vector<grpc::Service*> Services::all() const { return {&all_->auth, &all_->directory, &all_->admin}; }

}  // namespace sky::auth
