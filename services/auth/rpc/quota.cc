// What may a mailbox hold, and may this account change it? Asked by a gateway for who signed in there.
#include "auth/rpc/handlers.h"
#include "auth/rpc/mailbox.h"
#include "auth/store/mailbox_settings.h"

namespace sky::auth {
namespace {
using directory_v1::QuotaReply;
using directory_v1::QuotaRequest;
constexpr std::chrono::seconds patience{10};

// The account as a caller of the administration, with the role that it holds at this moment.
Task<Result<Caller>> caller_of(AuthShard& shard, rpc::Context context, TenantId tenant, AccountId account) {
    context.deadline = std::min(context.deadline, after(patience));
    Caller caller{std::move(context), {}};
    auto known = co_await find_mailbox_settings(shard.pool(), tenant, account, caller.deadline);
    if (!known) co_return forward(known);
    auto held = co_await find_role(shard.pool(), tenant, account, caller.deadline);
    if (!held) co_return forward(held);
    caller.subject = {.name = known->address,
                      .role = held->role,
                      .over = held->role == Role::user ? tenant : held->over,
                      .account = account,
                      .tenant = tenant,
                      .address = known->address};
    co_return caller;
}

// Checked by the row of the administration's rpc, done by its handler.
template <class Request>
Task<Result<QuotaReply>> as_administration(AuthShard& shard, Caller caller, std::string_view rpc, Request request,
                                           Task<Result<admin_v1::Mailbox>> (*handler)(AuthShard&, Caller, const Request&)) {
    if (auto may = co_await check_access(shard, caller, *right_of(rpc), request); !may) co_return forward(may);
    const auto mailbox = co_await handler(shard, std::move(caller), request);
    if (!mailbox) co_return forward(mailbox);
    QuotaReply reply;
    reply.set_address(mailbox->address());
    if (mailbox->limit_source() != "pool") reply.set_limit_bytes(mailbox->limit_bytes());
    reply.set_used_bytes(mailbox->used_bytes());
    co_return reply;
}
}  // namespace

Task<Result<QuotaReply>> quota(AuthShard& shard, rpc::Context context, const QuotaRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const TenantId tenant{request.tenant_id()};
    const AccountId account{request.account_id()};
    if (!tenant || !account) co_return unexpected(Fault::syntax, "nobody asks");
    const std::string gateway = context.caller;
    auto caller = co_await caller_of(shard, std::move(context), tenant, account);
    if (!caller) co_return forward(caller);
    if (!request.has_quota_bytes()) {
        admin_v1::GetMailboxRequest get;
        get.set_address(request.object());
        co_return co_await as_administration(shard, *std::move(caller), "GetMailbox", std::move(get), &get_mailbox);
    }
    if (auto may = shard.permit(gateway, Right::set_quota); !may) co_return forward(may);
    // A gateway's word is all there is for who asks: it is enough within a tenant, and not for those who stand above tenants.
    if (caller->subject.role > Role::tenant) co_return unexpected(Fault::forbidden, "administer other tenants by skyctl");
    admin_v1::ChangeMailboxRequest change;
    change.set_address(request.object());
    change.set_quota_bytes(request.quota_bytes());
    co_return co_await as_administration(shard, *std::move(caller), "ChangeMailbox", std::move(change), &change_mailbox);
}

}  // namespace sky::auth
