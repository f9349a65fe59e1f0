// AddAlias, ListAliases, ChangeAlias, RemoveAlias.
#include <algorithm>

#include "auth/address.h"
#include "auth/expansion.h"
#include "auth/rpc/write.h"
#include "auth/store/aliases.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/aliases.pb.h"

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

struct NewTargets {
    AliasRow alias;
    std::vector<std::string> targets;
};
Task<Result<Written<admin_v1::Alias>>> change(AuthShard&, pg::Transaction& transaction, const NewTargets& to) {
    AliasRow row = to.alias;
    row.targets = to.targets;
    if (auto done = co_await replace_targets(transaction, row.tenant_id, row.alias_id, row.targets); !done) co_return forward(done);
    co_return Written<admin_v1::Alias>{
        message(row), {.tenant = row.tenant_id, .action = "alias.change", .object = row.address, .addresses = {row.address}}};
}

// Each once, in their order.
Result<std::vector<std::string>> targets_of(const std::string& alias, const google::protobuf::RepeatedPtrField<std::string>& given) {
    std::vector<std::string> out;
    for (const auto& text : given) {
        const auto target = parse_plain_address(text);
        if (!target) return unexpected(Fault::syntax, "a target is not an address");
        if (target->text() == alias) return unexpected(Fault::syntax, "an alias can't lead to itself");
        if (std::ranges::find(out, target->text()) == out.end()) out.push_back(target->text());
    }
    if (out.empty()) return unexpected(Fault::syntax, "an alias needs a target");
    if (out.size() > most_targets) return unexpected(Fault::too_large, "an alias has at most 1000 targets");
    return out;
}

Task<Result<admin_v1::Alias>> add_alias(AuthShard& shard, Caller caller, const admin_v1::AddAliasRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    auto targets = targets_of(address->text(), request.targets());
    if (!targets) co_return forward(targets);
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    const NewAlias alias{*domain, address->text(), std::move(*targets)};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), domain->tenant_id, alias, &add);
}

Task<Result<AliasRow>> named(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    co_return co_await find_alias(shard.pool(), caller.view(), address->text(), caller.deadline);
}

Task<Result<admin_v1::ListAliasesReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListAliasesRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_aliases(shard.pool(), caller.view(), ascii::to_lower(request.domain()), ascii::to_lower(request.tenant()),
                                      page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListAliasesReply reply;
    for (const auto& row : *rows) *reply.add_aliases() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::Alias>> change_alias(AuthShard& shard, Caller caller, const admin_v1::ChangeAliasRequest& request) {
    auto alias = co_await named(shard, caller, request.address());
    if (!alias) co_return forward(alias);
    auto targets = targets_of(alias->address, request.targets());
    if (!targets) co_return forward(targets);
    const NewTargets to{*alias, std::move(*targets)};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), alias->tenant_id, to, &change);
}

Task<Result<admin_v1::RemoveReply>> remove_alias(AuthShard& shard, Caller caller, const admin_v1::RemoveAliasRequest& request) {
    auto alias = co_await named(shard, caller, request.address());
    if (!alias) co_return forward(alias);
    co_return co_await write(shard, caller, {}, alias->tenant_id, *alias, &remove);
}
}  // namespace

void serve_aliases(AdminMethods& methods) {
    methods.add(&add_alias);
    methods.add(&list_all);
    methods.add(&change_alias);
    methods.add(&remove_alias);
}

}  // namespace sky::auth
