// AddDomain, ListDomains, RemoveDomain.
#include "auth/address.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"

namespace sky::auth {
namespace {
admin_v1::Domain message(const DomainRow& row) {
    admin_v1::Domain out;
    out.set_id(row.id.value);
    out.set_name(row.name);
    out.set_tenant(row.tenant);
    out.set_created(unix_seconds(row.created));
    return out;
}

struct NewDomain {
    TenantId tenant;
    std::string name;
};

Task<Result<Written<admin_v1::Domain>>> add(AuthShard&, pg::Transaction& transaction, const NewDomain& domain) {
    auto row = co_await insert_domain(transaction, domain.tenant, domain.name);
    if (!row) {
        // One text whoever has it: a tenant must not learn another's domains.
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the domain exists already", row.error().reason);
    }
    co_return Written<admin_v1::Domain>{message(*row),
                                        {.tenant = domain.tenant, .action = "domain.add", .object = domain.name, .domains = {domain.name}}};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const DomainRow& domain) {
    auto gone = co_await delete_domain(transaction, domain.tenant_id, domain.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such domain");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{
        reply, {.tenant = domain.tenant_id, .action = "domain.remove", .object = domain.name, .domains = {domain.name}}};
}
}  // namespace

Task<Result<admin_v1::Domain>> add_domain(AuthShard& shard, rpc::Context context, const admin_v1::AddDomainRequest& request) {
    const auto name = normalise_domain(request.name());
    if (!name) co_return unexpected(Fault::syntax, "this is not a domain name");
    auto tenant = co_await find_tenant(shard.pool(), ascii::to_lower(request.tenant()), context.deadline);
    if (!tenant) co_return forward(tenant);
    co_return co_await write(shard, context, outcome_key(context, request.idempotency_key(), request), tenant->id,
                             NewDomain{tenant->id, *name}, &add);
}

Task<Result<admin_v1::ListDomainsReply>> list_domains(AuthShard& shard, rpc::Context context, const admin_v1::ListDomainsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_domains(shard.pool(), ascii::to_lower(request.tenant()), page, context.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListDomainsReply reply;
    for (const auto& row : *rows) *reply.add_domains() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().name);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_domain(AuthShard& shard, rpc::Context context, const admin_v1::RemoveDomainRequest& request) {
    auto domain = co_await find_domain(shard.pool(), ascii::to_lower(request.name()), context.deadline);
    if (!domain) co_return forward(domain);
    co_return co_await write(shard, context, {}, domain->tenant_id, *domain, &remove);
}

}  // namespace sky::auth
