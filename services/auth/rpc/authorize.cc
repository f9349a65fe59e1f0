// May this account do that with that mailbox?
#include "auth/address.h"
#include "auth/rpc/handlers.h"
#include "auth/store/delegates.h"
#include "auth/store/routes.h"

namespace sky::auth {
namespace {
using directory_v1::AuthorizeRequest;
constexpr std::chrono::seconds patience{5};

// The one mailbox that the address itself is of; nothing for groups, aliases, catch-alls and addresses elsewhere.
std::optional<Destination> owner_of(const Resolution& found) {
    const bool itself = found.how == Route::How::exact || found.how == Route::How::subaddress || found.how == Route::How::duty;
    if (found.kind != Resolution::Kind::local || !itself || found.destinations.size() != 1 || !found.destinations[0].account)
        return std::nullopt;
    return found.destinations[0];
}

bool allows(AuthorizeRequest::Action action, const Delegation& held, bool own) {
    if (!held.active) return false;
    switch (action) {
        case AuthorizeRequest::OPEN_MAILBOX:
            return own || held.powers.full_access;
        case AuthorizeRequest::SEND_AS:
            return held.sends && (own || held.powers.send_as);
        case AuthorizeRequest::SEND_ON_BEHALF:
            return held.sends && (own || held.powers.send_as || held.powers.send_on_behalf);
        default:
            return false;
    }
}
}  // namespace

Task<Result<directory_v1::AuthorizeReply>> authorize(AuthShard& shard, rpc::Context context, const AuthorizeRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const TenantId tenant{request.tenant_id()};
    const AccountId subject{request.account_id()};
    if (!tenant || !subject) co_return unexpected(Fault::syntax, "nobody asks");
    const Deadline deadline = std::min(context.deadline, after(patience));
    directory_v1::AuthorizeReply reply;
    reply.set_version(shard.watcher().version());
    const auto address = parse_address(request.object());
    if (!address) co_return reply;
    auto found = co_await resolve_address(shard.pool(), address->text(), std::nullopt, deadline);
    if (!found) co_return forward(found);
    reply.set_version(found->version);
    const auto owner = owner_of(found->resolution);
    if (!owner || owner->tenant != tenant) co_return reply;
    auto held = co_await find_delegation(shard.pool(), tenant, subject, owner->account, deadline);
    if (!held && held.error().fault == Fault::not_found) co_return reply;
    if (!held) co_return forward(held);
    reply.set_version(std::min(found->version, held->version));
    const bool own = owner->account == subject;
    reply.set_allowed(allows(request.action(), *held, own));
    if (!reply.allowed()) co_return reply;
    reply.set_own(own);
    reply.set_sent_copy(held->sent_copy);
    reply.mutable_object()->set_tenant_id(owner->tenant.value);
    reply.mutable_object()->set_account_id(owner->account.value);
    reply.mutable_object()->set_address(owner->address);
    co_return reply;
}

}  // namespace sky::auth
