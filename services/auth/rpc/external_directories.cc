// SetExternalDirectory, GetExternalDirectory, RemoveExternalDirectory, TestExternalDirectory, SetExternalGroup, RemoveExternalGroup.
#include "auth/store/external_directories.h"

#include <algorithm>

#include "auth/address.h"
#include "auth/external_directory/directories.h"
#include "auth/external_directory/person.h"
#include "auth/external_directory/shape.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/sign_in/protocols.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/external_directories.pb.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_groups = 200;

struct Named {
    TenantRow tenant;
    std::optional<ExternalDirectoryRow> row;
};

admin_v1::ExternalDirectory message(const TenantRow& tenant, const ExternalDirectoryRow& row) {
    admin_v1::ExternalDirectory out;
    out.set_tenant(tenant.name);
    out.mutable_urls()->Assign(row.urls.begin(), row.urls.end());
    out.set_authorities(row.authorities);
    out.set_bind_dn(row.bind_dn);
    out.set_has_bind_password(!row.bind_password.empty());
    out.set_base_dn(row.base_dn);
    out.set_user_filter(row.user_filter);
    out.set_id_attribute(row.id_attribute);
    out.mutable_attributes()->Assign(row.attributes.begin(), row.attributes.end());
    out.set_sign_in(row.sign_in);
    out.set_enabled(row.enabled);
    out.set_sync(row.sync);
    out.set_sync_minutes(static_cast<std::uint32_t>(row.sync_minutes));
    out.set_changed(unix_seconds(row.changed));
    for (const auto& group : row.groups) {
        auto* one = out.add_groups();
        one->set_dn(group.dn);
        one->set_address(group.address);
        if (group.protocols) one->mutable_protocols()->Assign(group.protocols->begin(), group.protocols->end());
    }
    return out;
}

Task<Result<Named>> named(AuthShard& shard, const Caller& caller, const std::string& name) {
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(name), caller.deadline);
    if (!tenant) co_return forward(tenant);
    auto row = co_await find_external_directory(shard.pool(), tenant->id, caller.deadline);
    if (!row) co_return forward(row);
    co_return Named{std::move(*tenant), std::move(*row)};
}

Task<Result<Named>> there(AuthShard& shard, const Caller& caller, const std::string& name) {
    auto found = co_await named(shard, caller, name);
    if (found && !found->row) co_return unexpected(Fault::not_found, "the tenant has no directory elsewhere");
    co_return found;
}

// Everyone's proof may be another one now: what gateways know of the tenant's accounts goes, and their sessions are asked about again.
Task<Result<Record>> record_of(pg::Transaction& transaction, const TenantRow& tenant, const char* action) {
    Record out{.tenant = tenant.id, .action = action, .object = tenant.name};
    auto accounts = co_await account_ids(transaction, tenant.id);
    if (!accounts) co_return forward(accounts);
    out.account_ids = std::move(*accounts);
    co_return out;
}

struct Configuration {
    TenantRow tenant;
    ExternalDirectoryRow row;
};
Task<Result<Written<admin_v1::ExternalDirectory>>> put(AuthShard&, pg::Transaction& transaction, const Configuration& to) {
    auto row = co_await put_external_directory(transaction, to.row);
    if (!row) co_return forward(row);
    auto what = co_await record_of(transaction, to.tenant, "external_directory.set");
    if (!what) co_return forward(what);
    co_return Written<admin_v1::ExternalDirectory>{message(to.tenant, *row), std::move(*what)};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const TenantRow& tenant) {
    auto gone = co_await delete_external_directory(transaction, tenant.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "the tenant has no directory elsewhere");
    auto what = co_await record_of(transaction, tenant, "external_directory.remove");
    if (!what) co_return forward(what);
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, std::move(*what)};
}

struct Meaning {
    TenantRow tenant;
    ExternalGroupRow group;
};
Task<Result<Written<admin_v1::ExternalDirectory>>> put_group(AuthShard&, pg::Transaction& transaction, const Meaning& to) {
    auto row = co_await put_external_group(transaction, to.tenant.id, to.group);
    if (!row) co_return forward(row);
    if (row->groups.size() > most_groups) co_return unexpected(Fault::too_large, "at most 200 groups have a meaning here");
    co_return Written<admin_v1::ExternalDirectory>{message(to.tenant, *row),
                                                   {.tenant = to.tenant.id, .action = "external_directory.group", .object = to.group.dn}};
}
Task<Result<Written<admin_v1::ExternalDirectory>>> remove_group(AuthShard&, pg::Transaction& transaction, const Meaning& to) {
    auto row = co_await delete_external_group(transaction, to.tenant.id, to.group.dn);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::ExternalDirectory>{
        message(to.tenant, *row), {.tenant = to.tenant.id, .action = "external_directory.group_remove", .object = to.group.dn}};
}

Result<void> merge(ExternalDirectoryRow& row, const admin_v1::SetExternalDirectoryRequest& request, const Seal& seal) {
    if (request.urls_size() > 0) row.urls.assign(request.urls().begin(), request.urls().end());
    if (request.has_authorities()) row.authorities = request.authorities();
    if (request.has_bind_dn()) row.bind_dn = request.bind_dn();
    if (request.has_bind_password()) {
        // What stands in one row opens in no other.
        row.bind_password = request.bind_password().empty() ? "" : seal.seal(bind_password_place(row.tenant), request.bind_password());
    }
    if (request.has_base_dn()) row.base_dn = request.base_dn();
    if (request.has_user_filter()) row.user_filter = request.user_filter();
    if (request.has_id_attribute()) row.id_attribute = request.id_attribute();
    for (const auto& text : request.attributes())
        if (auto set = set_attribute(row, text); !set) return set;
    if (request.has_sign_in()) row.sign_in = request.sign_in();
    if (request.has_enabled()) row.enabled = request.enabled();
    if (request.has_sync()) row.sync = request.sync();
    if (request.has_sync_minutes()) row.sync_minutes = static_cast<std::int32_t>(std::min<std::uint32_t>(request.sync_minutes(), 100'000));
    return check_directory(row);
}

Task<Result<admin_v1::ExternalDirectory>> set(AuthShard& shard, Caller caller, const admin_v1::SetExternalDirectoryRequest& request) {
    auto found = co_await named(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    if (request.bind_password().size() > 1024) co_return unexpected(Fault::syntax, "the bind password is longer than 1024 octets");
    // A password that was given for one host is not sent to another.
    if (found->row && request.urls_size() > 0 && !found->row->bind_password.empty() && !request.has_bind_password() &&
        !std::ranges::equal(request.urls(), found->row->urls))
        co_return unexpected(Fault::conflict, "other URLs need the bind password again");
    auto usual = usual_directory(request.kind());
    if (!usual) co_return forward(usual);
    if (found->row && !request.kind().empty())
        co_return unexpected(Fault::conflict, "there is a directory already: its kind says nothing more");
    ExternalDirectoryRow row = found->row ? std::move(*found->row) : std::move(*usual);
    row.tenant = found->tenant.id;
    if (auto merged = merge(row, request, shard.seal()); !merged) co_return forward(merged);
    co_return co_await write(shard, caller, {}, found->tenant.id, Configuration{found->tenant, std::move(row)}, &put);
}

Task<Result<admin_v1::ExternalDirectory>> get(AuthShard& shard, Caller caller, const admin_v1::GetExternalDirectoryRequest& request) {
    auto found = co_await there(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    co_return message(found->tenant, *found->row);
}

Task<Result<admin_v1::RemoveReply>> remove_it(AuthShard& shard, Caller caller, const admin_v1::RemoveExternalDirectoryRequest& request) {
    auto found = co_await there(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    co_return co_await write(shard, caller, {}, found->tenant.id, found->tenant, &remove);
}

Task<Result<admin_v1::ExternalDirectoryTest>> test(AuthShard& shard, Caller caller, const admin_v1::TestExternalDirectoryRequest& request) {
    auto found = co_await there(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    const auto address = parse_address(request.address());
    if (!address && !request.address().empty()) co_return unexpected(Fault::syntax, "this is not an address");
    auto directory = shard.directories().with(*found->row);
    if (!directory) co_return forward(directory);
    const ExternalDirectoryRow& row = *found->row;
    ldap::Search search{.base = row.base_dn, .scope = ldap::Scope::base, .filter = "(objectClass=*)", .attributes = {"1.1"}};
    auto base = co_await (*directory)->client.search(std::move(search), caller.deadline);
    if (!base) co_return forward(base);
    admin_v1::ExternalDirectoryTest reply;
    if (!address) co_return reply;
    auto filter = filter_of_person(row, address->text(), {});
    if (!filter) co_return forward(filter);
    ldap::Search one{.base = row.base_dn, .filter = std::move(*filter), .attributes = attributes_of_person(row), .most = 2};
    auto entries = co_await (*directory)->client.search(std::move(one), caller.deadline);
    if (!entries && entries.error().fault == Fault::too_large) {
        reply.set_found(2);
        co_return reply;
    }
    if (!entries) co_return forward(entries);
    reply.set_found(static_cast<std::uint32_t>(entries->size()));
    if (entries->size() != 1) co_return reply;
    reply.set_dn(entries->front().dn);
    reply.set_disabled(is_disabled(entries->front()));
    if (const auto person = person_of(entries->front(), row))
        for (auto& line : lines_of(*person)) reply.add_attributes(std::move(line));
    co_return reply;
}

Task<Result<admin_v1::ExternalDirectory>> set_group(AuthShard& shard, Caller caller, const admin_v1::SetExternalGroupRequest& request) {
    auto found = co_await there(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    if (request.dn().empty()) co_return unexpected(Fault::syntax, "say which group: its DN");
    if (auto good = check_text(request.dn(), 1024, "DN"); !good) co_return forward(good);
    if (request.address().empty() == request.protocols().empty())
        co_return unexpected(Fault::syntax, "a group there means a group here, or protocols: one of both");
    Meaning to{found->tenant, {.dn = request.dn()}};
    if (!request.address().empty()) {
        const auto address = parse_plain_address(request.address());
        if (!address) co_return unexpected(Fault::syntax, "the group is not an address");
        to.group.address = address->text();
    } else {
        auto protocols = parse_protocols(request.protocols());
        if (!protocols) co_return forward(protocols);
        to.group.protocols = std::move(*protocols);
    }
    co_return co_await write(shard, caller, {}, found->tenant.id, to, &put_group);
}

Task<Result<admin_v1::ExternalDirectory>> remove_meaning(AuthShard& shard, Caller caller,
                                                         const admin_v1::RemoveExternalGroupRequest& request) {
    auto found = co_await there(shard, caller, request.tenant());
    if (!found) co_return forward(found);
    co_return co_await write(shard, caller, {}, found->tenant.id, Meaning{found->tenant, {.dn = request.dn()}}, &remove_group);
}
}  // namespace

void serve_external_directories(AdminMethods& methods) {
    methods.add(&set);
    methods.add(&get);
    methods.add(&remove_it);
    methods.add(&test);
    methods.add(&set_group);
    methods.add(&remove_meaning);
}

}  // namespace sky::auth
