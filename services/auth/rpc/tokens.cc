// AddToken, ListTokens, RemoveToken, AddProgramToken, ListProgramTokens, RemoveProgramToken, UseSetupToken.
#include "auth/store/tokens.h"

#include "auth/rpc/mailbox.h"
#include "auth/rpc/moments.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/net/address.h"
#include "skybridge/admin/v1/setup.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

namespace sky::auth {
namespace {
// Recognisable to programs that look for secrets in the wrong places.
std::string new_secret() { return "sky_" + hex_encode(random_bytes(32)); }

admin_v1::Token message(const ListedToken& row) {
    admin_v1::Token out;
    out.set_id(row.id);
    out.set_label(row.label);
    out.set_address(row.address);
    out.set_role(row.role);
    out.set_over(row.over);
    out.mutable_networks()->Assign(row.networks.begin(), row.networks.end());
    out.set_created(unix_seconds(row.created));
    out.set_created_by(row.created_by);
    if (row.expires) out.set_expires(unix_seconds(*row.expires));
    return out;
}

struct Addition {
    NewTokenRow token;
    std::string secret;
    std::string setup_digest = {};  // of the token of the first start, which this one replaces
};
Task<Result<Written<admin_v1::NewToken>>> add(AuthShard&, pg::Transaction& transaction, const Addition& to) {
    if (!to.setup_digest.empty()) {
        auto used = co_await use_setup_token(transaction, to.setup_digest);
        if (!used) co_return forward(used);
        if (!*used) co_return unexpected(Fault::not_authenticated, "the setup token is not valid");
    }
    auto row = co_await insert_token(transaction, to.token);
    if (!row) co_return forward(row);
    admin_v1::NewToken reply;
    *reply.mutable_token() = message(*row);
    reply.set_secret(to.secret);
    co_return Written<admin_v1::NewToken>{std::move(reply),
                                          {.tenant = to.token.tenant,
                                           .action = to.setup_digest.empty() ? "token.add" : "token.setup",
                                           .object = row->address + "#" + std::to_string(row->id)}};
}

struct Removal {
    TokenOwner owner;
    std::int64_t id;
};
Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const Removal& to) {
    auto gone = co_await delete_token(transaction, to.owner, to.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such token");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    Record record{.tenant = to.owner.tenant, .action = "token.remove", .object = "#" + std::to_string(to.id)};
    if (to.owner.account) record.account_ids = {to.owner.account.value};
    co_return Written<admin_v1::RemoveReply>{reply, std::move(record)};
}

// What is alike in both requests.
template <class Request>
Result<NewTokenRow> row_of(const Caller& caller, const Request& request) {
    NewTokenRow out{.label = request.label(), .created_by = caller.subject.name};
    if (auto good = check_text(request.label(), 256, "label"); !good) return forward(good);
    if (!request.role().empty()) {
        out.role = role_named(request.role());
        if (!out.role) return unexpected(Fault::syntax, "a role is one of user, help_desk, tenant, reseller, platform");
        if (*out.role > caller.subject.role) return unexpected(Fault::forbidden, "a token can't have a higher role than you");
    }
    if (request.networks_size() > 100) return unexpected(Fault::too_large, "a token has at most 100 networks");
    for (const auto& text : request.networks()) {
        if (!net::parse_networks(text)) return unexpected(Fault::syntax, "a network is written as 192.0.2.0/24 or 2001:db8::/32");
        out.networks.push_back(text);
    }
    if (request.expires() < 0) return unexpected(Fault::syntax, "the token has expired already");
    if (request.expires() > 0) {
        auto end = time_of(request.expires());
        if (!end) return forward(end);
        out.expires = *end;
    }
    return out;
}

Task<Result<admin_v1::NewToken>> store(AuthShard& shard, const Caller& caller, NewTokenRow row, std::string setup_digest = {}) {
    Addition to{std::move(row), new_secret(), std::move(setup_digest)};
    to.token.digest = token_digest(to.secret);
    const TenantId tenant = to.token.tenant;
    co_return co_await write(shard, caller, {}, tenant, to, &add);  // no idempotency key: the outcome would hold the secret
}

Task<Result<admin_v1::NewToken>> add_token(AuthShard& shard, Caller caller, const admin_v1::AddTokenRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    // Whoever holds it acts as that person: for the person, and for those who administer the organisation.
    if (mailbox->account != caller.subject.account && !caller.is(Role::tenant))
        co_return unexpected(Fault::forbidden, "people make their tokens themselves");
    auto row = row_of(caller, request);
    if (!row) co_return forward(row);
    row->tenant = mailbox->tenant_id;
    row->account = mailbox->account;
    if (!request.over().empty()) {
        auto over = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.over()), caller.deadline);
        if (!over) co_return forward(over);
        row->over = over->id;
    }
    co_return co_await store(shard, caller, std::move(*row));
}

Task<Result<admin_v1::NewToken>> add_program_token(AuthShard& shard, Caller caller, const admin_v1::AddProgramTokenRequest& request) {
    auto row = row_of(caller, request);
    if (!row) co_return forward(row);
    if (request.tenant().empty()) {
        if (!caller.is(Role::platform)) co_return unexpected(Fault::forbidden, "tokens of the platform are made by the provider");
        if (row->role && *row->role != Role::platform) co_return unexpected(Fault::syntax, "a token of the platform has the role platform");
        co_return co_await store(shard, caller, std::move(*row));
    }
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    if (!row->role) row->role = Role::tenant;
    if (*row->role == Role::user || *row->role == Role::platform)
        co_return unexpected(Fault::syntax, "a program's token has the role help_desk, tenant or reseller");
    if (*row->role == Role::reseller && tenant->kind != "reseller") co_return unexpected(Fault::conflict, "this tenant is no reseller");
    row->tenant = row->over = tenant->id;
    co_return co_await store(shard, caller, std::move(*row));
}

Task<Result<TokenOwner>> owner_of(AuthShard& shard, const Caller& caller, const std::string& tenant) {
    if (tenant.empty()) {
        if (!caller.is(Role::platform)) co_return unexpected(Fault::forbidden, "tokens of the platform are the provider's");
        co_return TokenOwner{};
    }
    auto found = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(tenant), caller.deadline);
    if (!found) co_return forward(found);
    co_return TokenOwner{found->id, {}};
}

Task<Result<admin_v1::ListTokensReply>> listed(AuthShard& shard, const Caller& caller, TokenOwner owner) {
    auto rows = co_await list_tokens(shard.pool(), owner, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListTokensReply reply;
    for (const auto& row : *rows) *reply.add_tokens() = message(row);
    co_return reply;
}

Task<Result<admin_v1::ListTokensReply>> list_own(AuthShard& shard, Caller caller, const admin_v1::ListTokensRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    co_return co_await listed(shard, caller, {mailbox->tenant_id, mailbox->account});
}

Task<Result<admin_v1::ListTokensReply>> list_programs(AuthShard& shard, Caller caller, const admin_v1::ListProgramTokensRequest& request) {
    auto owner = co_await owner_of(shard, caller, request.tenant());
    if (!owner) co_return forward(owner);
    co_return co_await listed(shard, caller, *owner);
}

Task<Result<admin_v1::RemoveReply>> remove_token(AuthShard& shard, Caller caller, const admin_v1::RemoveTokenRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    const Removal to{{mailbox->tenant_id, mailbox->account}, request.id()};
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, to, &remove);
}

Task<Result<admin_v1::RemoveReply>> remove_program(AuthShard& shard, Caller caller, const admin_v1::RemoveProgramTokenRequest& request) {
    auto owner = co_await owner_of(shard, caller, request.tenant());
    if (!owner) co_return forward(owner);
    const Removal to{*owner, request.id()};
    co_return co_await write(shard, caller, {}, owner->tenant, to, &remove);
}

// Nobody's call: the setup token is all that it needs.
Task<Result<admin_v1::NewToken>> use_setup(AuthShard& shard, Caller caller, const admin_v1::UseSetupTokenRequest& request) {
    if (auto good = check_text(request.label(), 256, "label"); !good) co_return forward(good);
    if (request.setup_token().empty()) co_return unexpected(Fault::not_authenticated, "the setup token is not valid");
    caller.subject.name = "setup token";
    NewTokenRow row{.label = request.label().empty() ? "first start" : request.label(), .created_by = caller.subject.name};
    co_return co_await store(shard, caller, std::move(row), token_digest(request.setup_token()));
}
}  // namespace

void serve_tokens(AdminMethods& methods) {
    methods.add(&add_token);
    methods.add(&list_own);
    methods.add(&remove_token);
    methods.add(&add_program_token);
    methods.add(&list_programs);
    methods.add(&remove_program);
    methods.add_open(&use_setup);
}

}  // namespace sky::auth
