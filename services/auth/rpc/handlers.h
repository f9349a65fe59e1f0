#pragma once
// What each rpc does. All run on one shard; requests passed by reference live until the handler returns.
#include "auth/shard.h"
#include "sky/rpc/context.h"
#include "skybridge/admin/v1/admin.pb.h"
#include "skybridge/auth/v1/auth.pb.h"
#include "skybridge/directory/v1/directory.pb.h"

namespace sky::rpc {
template <class Reply>
class Feed;
}

namespace sky::auth {

namespace admin_v1 = skybridge::admin::v1;
namespace auth_v1 = skybridge::auth::v1;
namespace directory_v1 = skybridge::directory::v1;

Task<Result<auth_v1::AuthenticateReply>> authenticate(AuthShard& shard, rpc::Context context, auth_v1::AuthenticateRequest request);
auth_v1::AuthenticateReply refused_sign_in(const Error& error);

Task<Result<directory_v1::ResolveReply>> resolve(AuthShard& shard, rpc::Context context, directory_v1::ResolveRequest request);
directory_v1::ResolveReply failed_resolution(const Error& error);

Task<Result<void>> watch(AuthShard& shard, rpc::Context context, const directory_v1::WatchRequest& request,
                         rpc::Feed<directory_v1::Change> feed);

// The operator's.
template <class Reply, class Request>
using Handler = Task<Result<Reply>>(AuthShard& shard, rpc::Context context, const Request& request);

Handler<admin_v1::Tenant, admin_v1::AddTenantRequest> add_tenant;
Handler<admin_v1::ListTenantsReply, admin_v1::ListTenantsRequest> list_tenants;
Handler<admin_v1::RemoveReply, admin_v1::RemoveTenantRequest> remove_tenant;
Handler<admin_v1::Domain, admin_v1::AddDomainRequest> add_domain;
Handler<admin_v1::ListDomainsReply, admin_v1::ListDomainsRequest> list_domains;
Handler<admin_v1::RemoveReply, admin_v1::RemoveDomainRequest> remove_domain;
Handler<admin_v1::Mailbox, admin_v1::AddMailboxRequest> add_mailbox;
Handler<admin_v1::ListMailboxesReply, admin_v1::ListMailboxesRequest> list_mailboxes;
Handler<admin_v1::RemoveReply, admin_v1::RemoveMailboxRequest> remove_mailbox;
Handler<admin_v1::Mailbox, admin_v1::SetPasswordRequest> set_password;
Handler<admin_v1::Alias, admin_v1::AddAliasRequest> add_alias;
Handler<admin_v1::ListAliasesReply, admin_v1::ListAliasesRequest> list_aliases;
Handler<admin_v1::RemoveReply, admin_v1::RemoveAliasRequest> remove_alias;
Handler<admin_v1::ListSessionsReply, admin_v1::ListSessionsRequest> list_sessions;
Handler<admin_v1::EndSessionsReply, admin_v1::EndSessionsRequest> end_sessions;

}  // namespace sky::auth
