// AddAlias, ListAliases, RemoveAlias.
#include <algorithm>

#include "auth/address.h"
#include "auth/expansion.h"
#include "auth/rpc/write.h"
#include "auth/store/aliases.h"
#include "sky/base/ascii.h"

namespace sky::auth {
namespace {
admin_v1::Alias message(const AliasRow& row) {
    admin_v1::Alias out;
    out.set_address(row.address);
    out.mutable_targets()->Assign(row.targets.begin(), row.targets.end());
    out.set_tenant(row.tenant);
    out.set_created(unix_seconds(row.created));
    return out;
}

struct NewAlias {
    DomainRow domain;
    std::string address;
    std::vector<std::string> targets;
};

Task<Result<Written<admin_v1::Alias>>> add(AuthShard&, pg::Transaction& transaction, const NewAlias& alias) {
    auto row = co_await insert_alias(transaction, alias.domain, alias.address, alias.targets);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the address exists already", row.error().reason);
    }
    co_return Written<admin_v1::Alias>{
        message(*row), {.tenant = row->tenant_id, .action = "alias.add", .object = row->address, .addresses = {row->address}}};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const AliasRow& alias) {
    auto gone = co_await delete_alias(transaction, alias.tenant_id, alias.alias_id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such alias");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{
        reply, {.tenant = alias.tenant_id, .action = "alias.remove", .object = alias.address, .addresses = {alias.address}}};
}
}  // namespace

Task<Result<admin_v1::Alias>> add_alias(AuthShard& shard, rpc::Context context, const admin_v1::AddAliasRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    NewAlias alias{.address = address->text()};
    for (const auto& text : request.targets()) {
        const auto target = parse_plain_address(text);
        if (!target) co_return unexpected(Fault::syntax, "a target is not an address");
        if (target->text() == alias.address) co_return unexpected(Fault::syntax, "an alias can't lead to itself");
        if (std::ranges::find(alias.targets, target->text()) == alias.targets.end()) alias.targets.push_back(target->text());
    }
    if (alias.targets.empty()) co_return unexpected(Fault::syntax, "an alias needs a target");
    if (alias.targets.size() > most_targets) co_return unexpected(Fault::too_large, "an alias has at most 1000 targets");
    auto domain = co_await find_domain(shard.pool(), address->domain, context.deadline);
    if (!domain) co_return forward(domain);
    alias.domain = *domain;
    co_return co_await write(shard, context, outcome_key(context, request.idempotency_key(), request), domain->tenant_id, alias, &add);
}

Task<Result<admin_v1::ListAliasesReply>> list_aliases(AuthShard& shard, rpc::Context context, const admin_v1::ListAliasesRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_aliases(shard.pool(), ascii::to_lower(request.domain()), page, context.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListAliasesReply reply;
    for (const auto& row : *rows) *reply.add_aliases() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_alias(AuthShard& shard, rpc::Context context, const admin_v1::RemoveAliasRequest& request) {
    const auto address = parse_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    auto alias = co_await find_alias(shard.pool(), address->text(), context.deadline);
    if (!alias) co_return forward(alias);
    co_return co_await write(shard, context, {}, alias->tenant_id, *alias, &remove);
}

}  // namespace sky::auth
