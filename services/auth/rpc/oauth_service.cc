#include "auth/rpc/oauth_service.h"

#include "auth/rpc/oauth.h"
#include "sky/rpc/unary.h"
#include "skybridge/oauth/v1/oauth.grpc.pb.h"

namespace sky::auth::oauth {
namespace {
class OAuthService final : public oauth_v1::OAuth::CallbackService {
  public:
    explicit OAuthService(rpc::Shards<AuthShard>& shards) : shards_(shards) {}

#define SKY_OAUTH_RPC(Name, Request, Reply, handler)                                                                               \
    grpc::ServerUnaryReactor* Name(grpc::CallbackServerContext* context, const oauth_v1::Request* request, oauth_v1::Reply* reply) \
        override {                                                                                                                 \
        return rpc::unary(context, shards_, request, reply, &handler);                                                             \
    }
    SKY_OAUTH_RPC(Authorize, AuthorizeRequest, Page, authorize)
    SKY_OAUTH_RPC(SignIn, SignInRequest, SignInReply, sign_in)
    SKY_OAUTH_RPC(BeginExternalSignIn, BeginExternalSignInRequest, BeginExternalSignInReply, begin_external)
    SKY_OAUTH_RPC(FinishExternalSignIn, FinishExternalSignInRequest, FinishExternalSignInReply, finish_external)
    SKY_OAUTH_RPC(SignOut, SignOutRequest, SignOutReply, sign_out)
    SKY_OAUTH_RPC(Approve, ApproveRequest, Page, approve)
    SKY_OAUTH_RPC(Deny, DenyRequest, Page, deny)
    SKY_OAUTH_RPC(FindDevice, FindDeviceRequest, Page, find_device)
    SKY_OAUTH_RPC(ApproveDevice, ApproveDeviceRequest, Page, approve_device)
    SKY_OAUTH_RPC(DenyDevice, DenyDeviceRequest, Page, deny_device)
    SKY_OAUTH_RPC(AuthorizeDevice, AuthorizeDeviceRequest, HttpReply, authorize_device)
    SKY_OAUTH_RPC(Register, RegisterRequest, HttpReply, register_client)
    SKY_OAUTH_RPC(Token, TokenRequest, HttpReply, token)
    SKY_OAUTH_RPC(Revoke, RevokeRequest, HttpReply, revoke)
    SKY_OAUTH_RPC(Introspect, IntrospectRequest, HttpReply, introspect)
    SKY_OAUTH_RPC(UserInfo, UserInfoRequest, HttpReply, user_info)
    SKY_OAUTH_RPC(Metadata, MetadataRequest, HttpReply, metadata)
    SKY_OAUTH_RPC(ProtectedResource, ProtectedResourceRequest, HttpReply, protected_resource)
    SKY_OAUTH_RPC(Jwks, JwksRequest, HttpReply, jwks)
#undef SKY_OAUTH_RPC

  private:
    rpc::Shards<AuthShard>& shards_;
};
}  // namespace

std::unique_ptr<grpc::Service> make_service(rpc::Shards<AuthShard>& shards) { return std::make_unique<OAuthService>(shards); }

}  // namespace sky::auth::oauth
