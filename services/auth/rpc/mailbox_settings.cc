// What is there to know of this account?
#include "auth/store/mailbox_settings.h"

#include "auth/rpc/handlers.h"
#include "sky/mailstore/accounts.h"

namespace sky::auth {
namespace {
constexpr std::chrono::seconds patience{5};

void add_other(directory_v1::MailboxSettings& out, TenantId tenant, const OtherMailbox& other) {
    auto& into = *out.add_others();
    into.mutable_mailbox()->set_tenant_id(tenant.value);
    into.mutable_mailbox()->set_account_id(other.account.value);
    into.mutable_mailbox()->set_address(other.address);
    into.set_display_name(other.display_name);
    into.set_kind(other.kind);
    into.set_full_access(other.powers.full_access);
    into.set_send_as(other.powers.send_as);
    into.set_send_on_behalf(other.powers.send_on_behalf);
    into.set_sent_copy(other.sent_copy);
}
}  // namespace

Task<Result<directory_v1::MailboxSettings>> mailbox_settings(AuthShard& shard, rpc::Context context,
                                                             const directory_v1::GetMailboxSettingsRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const TenantId tenant{request.tenant_id()};
    const AccountId account{request.account_id()};
    if (!tenant || !account) co_return unexpected(Fault::syntax, "whose settings?");
    const Deadline deadline = std::min(context.deadline, after(patience));
    auto found = co_await find_mailbox_settings(shard.pool(), tenant, account, deadline);
    if (!found) co_return forward(found);
    auto used = co_await mailstore::usage(shard.pool(), {tenant, account}, deadline);
    if (!used && used.error().fault != Fault::not_found) co_return forward(used);
    directory_v1::MailboxSettings out;
    out.set_version(found->version);
    out.set_address(found->address);
    out.set_display_name(found->display_name);
    out.set_kind(found->kind);
    out.set_language(found->language);
    out.set_time_zone(found->time_zone);
    out.set_sends(found->sends);
    out.mutable_addresses()->Assign(found->addresses.begin(), found->addresses.end());
    out.mutable_protocols()->Assign(found->protocols.begin(), found->protocols.end());
    if (used) {
        out.set_quota_bytes(used->quota_octets.value_or(0));
        out.set_used_bytes(used->used_octets);
    }
    for (const auto& other : found->others) add_other(out, tenant, other);
    co_return out;
}

}  // namespace sky::auth
