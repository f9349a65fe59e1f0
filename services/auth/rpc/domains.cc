// AddDomain, GetDomain, ListDomains, ChangeDomain, VerifyDomain, RemoveDomain.
#include "auth/store/domains.h"

#include "auth/address.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/idn/domain.h"
#include "skybridge/admin/v1/domains.pb.h"

namespace sky::auth {
namespace {
admin_v1::Domain message(const DomainRow& row) {
    admin_v1::Domain out;
    out.set_id(row.id.value);
    out.set_name(row.name);
    out.set_tenant(row.tenant);
    out.set_created(unix_seconds(row.created));
    out.set_state(row.state);
    out.set_challenge(row.challenge);
    if (row.verified) out.set_verified(unix_seconds(*row.verified));
    out.set_separator(row.separator);
    out.set_alias_of(row.alias_of);
    out.set_catch_all(row.catch_all);
    out.set_display_name(idn::to_unicode(row.name));
    return out;
}

Record record_of(const DomainRow& row, std::string action) {
    return {.tenant = row.tenant_id, .action = std::move(action), .object = row.name, .domains = {row.name}};
}

struct NewDomain {
    TenantId tenant;
    std::string name;
    Verified verified;
    std::string alias_of;
};
Task<Result<Written<admin_v1::Domain>>> add(AuthShard&, pg::Transaction& transaction, const NewDomain& domain) {
    auto row = co_await insert_domain(transaction, domain.tenant, domain.name, domain.verified);
    if (!row) {
        // One text whoever has it: a tenant must not learn another's domains.
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the domain exists already", row.error().reason);
    }
    if (!domain.alias_of.empty()) {
        row = co_await update_domain(transaction, domain.tenant, row->id, {.alias_of = domain.alias_of});
        if (!row) co_return forward(row);
    }
    co_return Written<admin_v1::Domain>{message(*row), record_of(*row, "domain.add")};
}

struct Change {
    DomainRow domain;
    DomainChange change;
};
Task<Result<Written<admin_v1::Domain>>> change(AuthShard&, pg::Transaction& transaction, const Change& to) {
    auto row = co_await update_domain(transaction, to.domain.tenant_id, to.domain.id, to.change);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::Domain>{message(*row), record_of(*row, "domain.change")};
}

Task<Result<Written<admin_v1::Domain>>> verify(AuthShard&, pg::Transaction& transaction, const DomainRow& domain) {
    auto row = co_await mark_verified(transaction, domain.tenant_id, domain.id);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::Domain>{message(*row), record_of(*row, "domain.verify")};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const DomainRow& domain) {
    auto gone = co_await delete_domain(transaction, domain.tenant_id, domain.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such domain");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(domain, "domain.remove")};
}

Task<Result<DomainRow>> named(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto name = normalise_domain(text);
    if (!name) co_return unexpected(Fault::syntax, "this is not a domain name");
    co_return co_await find_domain(shard.pool(), caller.view(), *name, caller.deadline);
}

Task<Result<admin_v1::Domain>> add_domain(AuthShard& shard, Caller caller, const admin_v1::AddDomainRequest& request) {
    const auto name = hosted_domain(request.name());
    if (!name) co_return forward(name);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    const Verified verified = caller.is(Role::platform) && !request.challenge() ? Verified::yes : Verified::not_yet;
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), tenant->id,
                             NewDomain{tenant->id, *name, verified, ascii::to_lower(request.alias_of())}, &add);
}

Task<Result<admin_v1::Domain>> get_domain(AuthShard& shard, Caller caller, const admin_v1::GetDomainRequest& request) {
    auto row = co_await named(shard, caller, request.name());
    if (!row) co_return forward(row);
    co_return message(*row);
}

Task<Result<admin_v1::ListDomainsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListDomainsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    const DomainFilter filter{ascii::to_lower(request.tenant()), request.state()};
    auto rows = co_await list_domains(shard.pool(), caller.view(), filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListDomainsReply reply;
    for (const auto& row : *rows) *reply.add_domains() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().name);
    co_return reply;
}

Task<Result<admin_v1::Domain>> change_domain(AuthShard& shard, Caller caller, const admin_v1::ChangeDomainRequest& request) {
    auto row = co_await named(shard, caller, request.name());
    if (!row) co_return forward(row);
    Change to{.domain = *row};
    if (request.has_separator()) {
        if (request.separator().size() > 1 || (!request.separator().empty() && !std::string_view("+-_.=#").contains(request.separator())))
            co_return unexpected(Fault::syntax, "a separator is one of + - _ . = #");
        to.change.separator = request.separator();
    }
    if (request.has_catch_all()) {
        const auto target = parse_plain_address(request.catch_all());
        if (!target && !request.catch_all().empty()) co_return unexpected(Fault::syntax, "the catch-all is not an address");
        to.change.catch_all = target ? target->text() : std::string();
    }
    if (request.has_alias_of()) to.change.alias_of = ascii::to_lower(request.alias_of());
    if (request.has_state()) {
        if (request.state() != "active" && request.state() != "suspended")
            co_return unexpected(Fault::syntax, "a domain is active or suspended");
        if (row->state == "pending") co_return unexpected(Fault::conflict, "the domain is not verified yet");
        to.change.state = request.state();
    }
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), row->tenant_id, to, &change);
}

// The owner of the name writes what only we and its tenant know.
Task<Result<void>> find_challenge(AuthShard& shard, const DomainRow& domain, Deadline deadline) {
    const std::string owner = "_skybridge-challenge." + domain.name, wanted = "skybridge-challenge=" + domain.challenge;
    auto resolver = shard.resolver();
    if (!resolver) co_return unexpected(Fault::unavailable, "the DNS can't be asked now, try again later", resolver.error().reason);
    auto answer = co_await (*resolver)->query(owner, dns::Type::txt, std::min(deadline, after(std::chrono::seconds(15))));
    if (!answer)
        co_return unexpected(Fault::unavailable, "the DNS does not answer for " + owner + ", try again later", answer.error().reason);
    for (const auto& data : answer->records)
        if (const auto* txt = std::get_if<dns::Txt>(&data); txt && txt->text == wanted) co_return Result<void>{};
    co_return unexpected(Fault::conflict, "there is no TXT record \"" + wanted + "\" at " + owner + " yet");
}

Task<Result<admin_v1::Domain>> verify_domain(AuthShard& shard, Caller caller, const admin_v1::VerifyDomainRequest& request) {
    auto row = co_await named(shard, caller, request.name());
    if (!row) co_return forward(row);
    if (row->state != "pending") co_return message(*row);
    if (auto found = co_await find_challenge(shard, *row, caller.deadline); !found) co_return forward(found);
    co_return co_await write(shard, caller, {}, row->tenant_id, *row, &verify);
}

Task<Result<admin_v1::RemoveReply>> remove_domain(AuthShard& shard, Caller caller, const admin_v1::RemoveDomainRequest& request) {
    auto row = co_await named(shard, caller, request.name());
    if (!row) co_return forward(row);
    co_return co_await write(shard, caller, {}, row->tenant_id, *row, &remove);
}
}  // namespace

void serve_domains(AdminMethods& methods) {
    methods.add(&add_domain);
    methods.add(&get_domain);
    methods.add(&list_all);
    methods.add(&change_domain);
    methods.add(&verify_domain);
    methods.add(&remove_domain);
}

}  // namespace sky::auth
