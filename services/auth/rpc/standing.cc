// In which groups is this account, what was opened to it, and who are they?
#include "auth/store/standing.h"

#include "auth/address.h"
#include "auth/rpc/handlers.h"

namespace sky::auth {
namespace {
constexpr std::chrono::seconds patience{5};
constexpr int most_at_once = 1000;

void add(google::protobuf::RepeatedPtrField<directory_v1::Principal>& to, const PrincipalRow& row) {
    auto& out = *to.Add();
    out.set_account_id(row.account.value);
    out.set_group_id(row.group);
    out.set_address(row.address);
    out.set_kind(row.kind);
    out.set_active(row.active);
    out.set_asked(row.asked);
}
}  // namespace

Task<Result<directory_v1::Standing>> standing(AuthShard& shard, rpc::Context context, const directory_v1::GetStandingRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const TenantId tenant{request.tenant_id()};
    const AccountId account{request.account_id()};
    if (!tenant || !account) co_return unexpected(Fault::syntax, "whose standing?");
    auto found = co_await find_standing(shard.pool(), tenant, account, std::min(context.deadline, after(patience)));
    if (!found) co_return forward(found);
    directory_v1::Standing out;
    out.set_version(found->version);
    out.mutable_group_ids()->Assign(found->groups.begin(), found->groups.end());
    for (const auto& row : found->opened) add(*out.mutable_opened(), row);
    for (const auto& row : found->public_trees) add(*out.mutable_public_trees(), row);
    co_return out;
}

Task<Result<directory_v1::FindPrincipalsReply>> principals(AuthShard& shard, rpc::Context context,
                                                           const directory_v1::FindPrincipalsRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const TenantId tenant{request.tenant_id()};
    if (!tenant) co_return unexpected(Fault::syntax, "of which tenant?");
    if (request.account_ids_size() + request.group_ids_size() + request.addresses_size() > most_at_once)
        co_return unexpected(Fault::too_large, "at most 1000 at once");
    PrincipalsAsked asked{.accounts = {request.account_ids().begin(), request.account_ids().end()},
                          .groups = {request.group_ids().begin(), request.group_ids().end()},
                          .addresses = {}};
    for (const auto& text : request.addresses())
        if (const auto address = parse_address(text)) asked.addresses.push_back(address->text());
    auto found = co_await find_principals(shard.pool(), tenant, asked, std::min(context.deadline, after(patience)));
    if (!found) co_return forward(found);
    directory_v1::FindPrincipalsReply out;
    for (const auto& row : *found) add(*out.mutable_principals(), row);
    co_return out;
}

}  // namespace sky::auth
