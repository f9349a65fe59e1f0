#pragma once
// What each rpc of the OAuth service does, and what they share.
#include "auth/oauth/claims.h"
#include "auth/oauth/options.h"
#include "auth/oauth/reply.h"
#include "auth/shard.h"
#include "auth/store/oauth_sessions.h"
#include "auth/store/oauth_tokens.h"
#include "sky/jwt/key.h"
#include "sky/rpc/context.h"
#include "skybridge/oauth/v1/oauth.pb.h"

namespace sky::auth::oauth {

namespace oauth_v1 = skybridge::oauth::v1;

// oauth_authorize.cc
Task<Result<oauth_v1::Page>> authorize(AuthShard& shard, rpc::Context context, const oauth_v1::AuthorizeRequest& request);
Task<Result<oauth_v1::Page>> approve(AuthShard& shard, rpc::Context context, const oauth_v1::ApproveRequest& request);
Task<Result<oauth_v1::Page>> deny(AuthShard& shard, rpc::Context context, const oauth_v1::DenyRequest& request);
// oauth_sign_in.cc
Task<Result<oauth_v1::SignInReply>> sign_in(AuthShard& shard, rpc::Context context, const oauth_v1::SignInRequest& request);
Task<Result<oauth_v1::SignOutReply>> sign_out(AuthShard& shard, rpc::Context context, const oauth_v1::SignOutRequest& request);
// oauth_external.cc
Task<Result<oauth_v1::BeginExternalSignInReply>> begin_external(AuthShard& shard, rpc::Context context,
                                                                const oauth_v1::BeginExternalSignInRequest& request);
Task<Result<oauth_v1::FinishExternalSignInReply>> finish_external(AuthShard& shard, rpc::Context context,
                                                                  const oauth_v1::FinishExternalSignInRequest& request);
// oauth_device.cc
Task<Result<oauth_v1::HttpReply>> authorize_device(AuthShard& shard, rpc::Context context, const oauth_v1::AuthorizeDeviceRequest& request);
Task<Result<oauth_v1::Page>> find_device(AuthShard& shard, rpc::Context context, const oauth_v1::FindDeviceRequest& request);
Task<Result<oauth_v1::Page>> approve_device(AuthShard& shard, rpc::Context context, const oauth_v1::ApproveDeviceRequest& request);
Task<Result<oauth_v1::Page>> deny_device(AuthShard& shard, rpc::Context context, const oauth_v1::DenyDeviceRequest& request);
// oauth_register.cc
Task<Result<oauth_v1::HttpReply>> register_client(AuthShard& shard, rpc::Context context, const oauth_v1::RegisterRequest& request);
// oauth_token.cc
Task<Result<oauth_v1::HttpReply>> token(AuthShard& shard, rpc::Context context, const oauth_v1::TokenRequest& request);
// oauth_inspect.cc
Task<Result<oauth_v1::HttpReply>> revoke(AuthShard& shard, rpc::Context context, const oauth_v1::RevokeRequest& request);
Task<Result<oauth_v1::HttpReply>> introspect(AuthShard& shard, rpc::Context context, const oauth_v1::IntrospectRequest& request);
Task<Result<oauth_v1::HttpReply>> user_info(AuthShard& shard, rpc::Context context, const oauth_v1::UserInfoRequest& request);
// oauth_metadata.cc
Task<Result<oauth_v1::HttpReply>> metadata(AuthShard& shard, rpc::Context context, const oauth_v1::MetadataRequest& request);
Task<Result<oauth_v1::HttpReply>> protected_resource(AuthShard& shard, rpc::Context context,
                                                     const oauth_v1::ProtectedResourceRequest& request);
Task<Result<oauth_v1::HttpReply>> jwks(AuthShard& shard, rpc::Context context, const oauth_v1::JwksRequest& request);

// Shared (oauth_requests.cc). The gateway's right; and whether OAuth is offered at all, said as an endpoint that is not there.
Result<void> permit_gateway(const AuthShard& shard, const rpc::Context& context);
Deadline patience_of(const rpc::Context& context);
oauth_v1::HttpReply message(const Reply& reply);

// A form of a program that has shown which client it is.
struct ClientRequest {
    Form form;
    Client client;
};
Task<Outcome<ClientRequest>> client_request(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline);

// A session for whoever proved who they are. `methods`: how, when it was not here.
Task<oauth_v1::SignInReply> session_for(AuthShard& shard, const Answer& answer, const std::string& remote,
                                        std::optional<std::vector<std::string>> methods, Deadline deadline);

// Resources that may be asked for: the house's, and of those in the form what clients serve.
Task<Outcome<std::vector<std::string>>> known_resources(AuthShard& shard, const Form& form, Deadline deadline);

// Pages.
oauth_v1::Page problem(const Refusal& refusal);
void say_scopes(oauth_v1::ConsentPage& page, const std::vector<std::string>& scopes, const std::vector<std::string>& resources);

// Somebody's cookie; empty: nobody.
Task<Result<std::optional<SessionRow>>> session_of(AuthShard& shard, const std::string& cookie, Deadline deadline);

// What a token endpoint answers with, in the transaction that makes it. `refresh`: another refresh token is due.
struct Issue {
    TenantId tenant;
    std::int64_t grant = 0;
    std::vector<std::string> scopes, resources;                  // of the access token
    std::vector<std::string> granted_scopes, granted_resources;  // of the refresh token
    bool refresh = false;
};
struct Issued {
    std::string access_token, refresh_token;
    boost::json::object body;
};
Task<Result<Issued>> issue(const Options& options, pg::Transaction& transaction, const Issue& wanted);

// For a device that has been let in: spends its code, and issues.
Task<Outcome<Reply>> by_device_code(AuthShard& shard, const ClientRequest& request, Deadline deadline);

// The identity token that `openid` asks for. Its key is there before anything is spent; nothing: none is asked for.
Task<Result<std::optional<jwt::PrivateKey>>> id_token_key(AuthShard& shard, const Client& client, const std::vector<std::string>& scopes,
                                                          Deadline deadline);
Result<void> add_id_token(const Options& options, const jwt::PrivateKey& key, const Held& held, const std::vector<std::string>& scopes,
                          Issued& issued);

// The whole grant goes, because of what was seen; gateways hear of it and end what was signed in by it.
Task<Result<void>> end_grant(AuthShard& shard, const Held& held, std::string action, Deadline deadline);

}  // namespace sky::auth::oauth
