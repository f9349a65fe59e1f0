// AddGroup, GetGroup, ListGroups, ChangeGroup, AddGroupMembers, RemoveGroupMembers, RemoveGroup.
#include "auth/store/groups.h"

#include <algorithm>

#include "auth/address.h"
#include "auth/expansion.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/groups.pb.h"

namespace sky::auth {
namespace {
using Addresses = std::vector<std::string>;

admin_v1::Group message(const GroupRow& row) {
    admin_v1::Group out;
    out.set_address(row.address);
    out.set_display_name(row.display_name);
    out.set_description(row.description);
    out.set_tenant(row.tenant);
    out.mutable_members()->Assign(row.members.begin(), row.members.end());
    out.set_senders(row.senders);
    out.mutable_may_send()->Assign(row.may_send.begin(), row.may_send.end());
    out.set_moderated(row.moderated);
    out.mutable_moderators()->Assign(row.moderators.begin(), row.moderators.end());
    out.mutable_owners()->Assign(row.owners.begin(), row.owners.end());
    out.set_listed(row.listed);
    out.set_created(unix_seconds(row.created));
    return out;
}

Record record_of(const GroupRow& row, std::string action) {
    return {.tenant = row.tenant_id, .action = std::move(action), .object = row.address, .addresses = {row.address}};
}

// Normalised, sorted, each once.
template <class Texts>
Result<Addresses> addresses_of(const Texts& texts, const char* what) {
    Addresses out;
    for (const auto& text : texts) {
        const auto address = parse_plain_address(text);
        if (!address) return unexpected(Fault::syntax, std::string("one of the ") + what + " is not an address");
        out.push_back(address->text());
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    if (out.size() > most_targets) return unexpected(Fault::too_large, std::string("a group has at most 1000 ") + what);
    return out;
}
Result<Addresses> listed_addresses(const std::string& text, const char* what) {
    Addresses parts;
    for (const auto part : ascii::split(text, ','))
        if (const auto trimmed = ascii::trim(part); !trimmed.empty()) parts.emplace_back(trimmed);
    return addresses_of(parts, what);
}

Result<void> check(const GroupRow& group) {
    constexpr std::string_view rules[] = {"anyone", "tenant", "members", "listed"};
    if (std::ranges::find(rules, group.senders) == std::end(rules))
        return unexpected(Fault::syntax, "who may send is one of anyone, tenant, members, listed");
    if (auto good = check_text(group.display_name, 256, "display name"); !good) return good;
    if (auto good = check_text(group.description, 1024, "description"); !good) return good;
    if (std::ranges::find(group.members, group.address) != group.members.end())
        return unexpected(Fault::syntax, "a group can't be its own member");
    if (group.moderated && group.moderators.empty()) return unexpected(Fault::syntax, "a moderated group needs a moderator");
    return {};
}

struct NewGroup {
    DomainRow domain;
    GroupRow group;
};
Task<Result<Written<admin_v1::Group>>> add(AuthShard&, pg::Transaction& transaction, const NewGroup& to) {
    auto row = co_await insert_group(transaction, to.domain, to.group);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the address exists already", row.error().reason);
    }
    co_return Written<admin_v1::Group>{message(*row), record_of(*row, "group.add")};
}

Result<void> merge(GroupRow& group, const admin_v1::ChangeGroupRequest& request);

struct Change {
    GroupRow group;
    const admin_v1::ChangeGroupRequest& request;
};
// What is not asked for stays as it is by now: members may have joined since the group was looked up.
Task<Result<Written<admin_v1::Group>>> change(AuthShard&, pg::Transaction& transaction, const Change& to) {
    auto row = co_await lock_group(transaction, to.group);
    if (!row) co_return forward(row);
    if (auto merged = merge(*row, to.request); !merged) co_return forward(merged);
    if (auto done = co_await update_group(transaction, *row); !done) co_return forward(done);
    co_return Written<admin_v1::Group>{message(*row), record_of(*row, "group.change")};
}

struct Members {
    GroupRow group;
    Addresses joining, leaving;
};
Task<Result<Written<admin_v1::Group>>> change_members(AuthShard&, pg::Transaction& transaction, const Members& to) {
    GroupRow row = to.group;
    auto now = co_await lock_members(transaction, row);
    if (!now) co_return forward(now);
    row.members.clear();
    Addresses all;
    std::ranges::set_union(*now, to.joining, std::back_inserter(all));
    std::ranges::set_difference(all, to.leaving, std::back_inserter(row.members));
    if (row.members.size() > most_targets) co_return unexpected(Fault::too_large, "a group has at most 1000 members");
    auto added = co_await add_members(transaction, row, to.joining);
    if (!added) co_return forward(added);
    auto removed = co_await remove_members(transaction, row, to.leaving);
    if (!removed) co_return forward(removed);
    co_return Written<admin_v1::Group>{message(row), record_of(row, "group.members")};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const GroupRow& group) {
    auto gone = co_await delete_group(transaction, group.tenant_id, group.group_id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such group");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(group, "group.remove")};
}

Task<Result<GroupRow>> named(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    co_return co_await find_group(shard.pool(), caller.view(), address->text(), caller.deadline);
}

Result<void> fill(GroupRow& group, const admin_v1::AddGroupRequest& request) {
    group.display_name = request.display_name();
    group.description = request.description();
    if (!request.senders().empty()) group.senders = request.senders();
    group.moderated = request.moderated();
    group.listed = !request.has_listed() || request.listed();
    const auto lists = {std::tuple{&group.members, &request.members(), "members"},
                        {&group.may_send, &request.may_send(), "senders"},
                        {&group.moderators, &request.moderators(), "moderators"},
                        {&group.owners, &request.owners(), "owners"}};
    for (const auto& [into, from, what] : lists) {
        auto list = addresses_of(*from, what);
        if (!list) return forward(list);
        *into = std::move(*list);
    }
    return check(group);
}

Result<void> merge(GroupRow& group, const admin_v1::ChangeGroupRequest& request) {
    if (request.has_display_name()) group.display_name = request.display_name();
    if (request.has_description()) group.description = request.description();
    if (request.has_senders()) group.senders = request.senders();
    if (request.has_moderated()) group.moderated = request.moderated();
    if (request.has_listed()) group.listed = request.listed();
    const auto lists = {std::tuple{&group.members, request.has_members(), &request.members(), "members"},
                        {&group.may_send, request.has_may_send(), &request.may_send(), "senders"},
                        {&group.moderators, request.has_moderators(), &request.moderators(), "moderators"},
                        {&group.owners, request.has_owners(), &request.owners(), "owners"}};
    for (const auto& [into, given, from, what] : lists) {
        if (!given) continue;
        auto list = listed_addresses(*from, what);
        if (!list) return forward(list);
        *into = std::move(*list);
    }
    return check(group);
}

Task<Result<admin_v1::Group>> add_group(AuthShard& shard, Caller caller, const admin_v1::AddGroupRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    GroupRow group{.address = address->text(), .senders = "tenant"};
    if (auto filled = fill(group, request); !filled) co_return forward(filled);
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    const NewGroup to{*domain, std::move(group)};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), domain->tenant_id, to, &add);
}

Task<Result<admin_v1::Group>> get_group(AuthShard& shard, Caller caller, const admin_v1::GetGroupRequest& request) {
    auto group = co_await named(shard, caller, request.address());
    if (!group) co_return forward(group);
    co_return message(*group);
}

Task<Result<admin_v1::ListGroupsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListGroupsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    const GroupFilter filter{ascii::to_lower(request.domain()), ascii::to_lower(request.tenant())};
    auto rows = co_await list_groups(shard.pool(), caller.view(), filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListGroupsReply reply;
    for (const auto& row : *rows) *reply.add_groups() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::Group>> change_group(AuthShard& shard, Caller caller, const admin_v1::ChangeGroupRequest& request) {
    auto group = co_await named(shard, caller, request.address());
    if (!group) co_return forward(group);
    const Change to{*group, request};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), group->tenant_id, to, &change);
}

Task<Result<admin_v1::Group>> add_group_members(AuthShard& shard, Caller caller, const admin_v1::AddGroupMembersRequest& request) {
    auto group = co_await named(shard, caller, request.address());
    if (!group) co_return forward(group);
    auto members = addresses_of(request.members(), "members");
    if (!members) co_return forward(members);
    if (std::ranges::find(*members, group->address) != members->end())
        co_return unexpected(Fault::syntax, "a group can't be its own member");
    co_return co_await write(shard, caller, {}, group->tenant_id, Members{*group, std::move(*members), {}}, &change_members);
}

Task<Result<admin_v1::Group>> remove_group_members(AuthShard& shard, Caller caller, const admin_v1::RemoveGroupMembersRequest& request) {
    auto group = co_await named(shard, caller, request.address());
    if (!group) co_return forward(group);
    auto members = addresses_of(request.members(), "members");
    if (!members) co_return forward(members);
    co_return co_await write(shard, caller, {}, group->tenant_id, Members{*group, {}, std::move(*members)}, &change_members);
}

Task<Result<admin_v1::RemoveReply>> remove_group(AuthShard& shard, Caller caller, const admin_v1::RemoveGroupRequest& request) {
    auto group = co_await named(shard, caller, request.address());
    if (!group) co_return forward(group);
    co_return co_await write(shard, caller, {}, group->tenant_id, *group, &remove);
}
}  // namespace

void serve_groups(AdminMethods& methods) {
    methods.add(&add_group);
    methods.add(&get_group);
    methods.add(&list_all);
    methods.add(&change_group);
    methods.add(&add_group_members);
    methods.add(&remove_group_members);
    methods.add(&remove_group);
}

}  // namespace sky::auth
