#include "auth/rpc/services.h"

#include "auth/rpc/admin.h"
#include "auth/rpc/handlers.h"
#include "auth/rpc/oauth_service.h"
#include "sky/rpc/server_stream.h"
#include "sky/rpc/unary.h"
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
    grpc::ServerUnaryReactor* ResolveMany(grpc::CallbackServerContext* context, const directory_v1::ResolveManyRequest* request,
                                          directory_v1::ResolveManyReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &resolve_many);
    }
    grpc::ServerUnaryReactor* Authorize(grpc::CallbackServerContext* context, const directory_v1::AuthorizeRequest* request,
                                        directory_v1::AuthorizeReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &authorize);
    }
    grpc::ServerUnaryReactor* GetMailboxSettings(grpc::CallbackServerContext* context,
                                                 const directory_v1::GetMailboxSettingsRequest* request,
                                                 directory_v1::MailboxSettings* reply) override {
        return rpc::unary(context, shards_, request, reply, &mailbox_settings);
    }
    grpc::ServerUnaryReactor* GetStanding(grpc::CallbackServerContext* context, const directory_v1::GetStandingRequest* request,
                                          directory_v1::Standing* reply) override {
        return rpc::unary(context, shards_, request, reply, &standing);
    }
    grpc::ServerUnaryReactor* FindPrincipals(grpc::CallbackServerContext* context, const directory_v1::FindPrincipalsRequest* request,
                                             directory_v1::FindPrincipalsReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &principals);
    }
    grpc::ServerUnaryReactor* Quota(grpc::CallbackServerContext* context, const directory_v1::QuotaRequest* request,
                                    directory_v1::QuotaReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &quota);
    }
    grpc::ServerWriteReactor<directory_v1::Change>* Watch(grpc::CallbackServerContext* context,
                                                          const directory_v1::WatchRequest* request) override {
        return rpc::feed<directory_v1::Change>(context, shards_, request, &watch);
    }

  private:
    rpc::Shards<AuthShard>& shards_;
};

}  // namespace

struct Services::All {
    AuthService auth;
    DirectoryService directory;
    AdminMethods admin;
    std::unique_ptr<grpc::Service> oauth;
};

Services::Services(rpc::Shards<AuthShard>& shards)
    : all_(new All{AuthService(shards), DirectoryService(shards), AdminMethods(shards), oauth::make_service(shards)}) {
    for (auto* serve : {&serve_tenants,        &serve_domains,
                        &serve_mailboxes,      &serve_mailbox_changes,
                        &serve_mailbox_move,   &serve_preferences,
                        &serve_aliases,        &serve_groups,
                        &serve_delegates,      &serve_contacts,
                        &serve_address_list,   &serve_app_passwords,
                        &serve_second_factors, &serve_tokens,
                        &serve_oauth_clients,  &serve_oauth_grants,
                        &serve_oidc_providers, &serve_roles,
                        &serve_audit,          &serve_plans,
                        &serve_billing,        &serve_external_directories,
                        &serve_external_sync,  &serve_sessions,
                        &serve_deleted})
        serve(all_->admin);
}
Services::~Services() = default;

std::vector<grpc::Service*> Services::all() const { return {&all_->auth, &all_->directory, all_->oauth.get()}; }

grpc::CallbackGenericService* Services::administration() const { return all_->admin.service(); }

}  // namespace sky::auth
