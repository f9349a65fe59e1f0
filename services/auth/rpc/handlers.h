#pragma once
// What each rpc does. All run on one shard; requests passed by reference live until the handler returns.
#include "auth/shard.h"
#include "sky/rpc/context.h"
#include "skybridge/auth/v1/auth.pb.h"
#include "skybridge/directory/v1/directory.pb.h"

namespace sky::rpc {
template <class Reply>
class Feed;
}

namespace sky::auth {

namespace auth_v1 = skybridge::auth::v1;
namespace directory_v1 = skybridge::directory::v1;

Task<Result<auth_v1::AuthenticateReply>> authenticate(AuthShard& shard, rpc::Context context, auth_v1::AuthenticateRequest request);
auth_v1::AuthenticateReply refused_sign_in(const Error& error);

Task<Result<directory_v1::ResolveReply>> resolve(AuthShard& shard, rpc::Context context, directory_v1::ResolveRequest request);
Task<Result<directory_v1::ResolveManyReply>> resolve_many(AuthShard& shard, rpc::Context context,
                                                          const directory_v1::ResolveManyRequest& request);
Task<Result<directory_v1::AuthorizeReply>> authorize(AuthShard& shard, rpc::Context context, const directory_v1::AuthorizeRequest& request);
Task<Result<directory_v1::MailboxSettings>> mailbox_settings(AuthShard& shard, rpc::Context context,
                                                             const directory_v1::GetMailboxSettingsRequest& request);
Task<Result<directory_v1::Standing>> standing(AuthShard& shard, rpc::Context context, const directory_v1::GetStandingRequest& request);
Task<Result<directory_v1::FindPrincipalsReply>> principals(AuthShard& shard, rpc::Context context,
                                                           const directory_v1::FindPrincipalsRequest& request);
Task<Result<directory_v1::QuotaReply>> quota(AuthShard& shard, rpc::Context context, const directory_v1::QuotaRequest& request);
directory_v1::ResolveReply failed_resolution(const Error& error);

Task<Result<void>> watch(AuthShard& shard, rpc::Context context, const directory_v1::WatchRequest& request,
                         rpc::Feed<directory_v1::Change> feed);

}  // namespace sky::auth
