#include "auth/store/routes.h"

#include <algorithm>

#include "auth/address.h"

namespace sky::auth {
namespace {
// postmaster and abuse of a domain of ours always reach someone (RFC 5321 §4.5.1, RFC 2142 §4): the tenant's first mailbox when nobody
// has the address.
constexpr pg::Statement find{"directory.find_routes", R"(
    select v.version, d.tenant_id, t.state, d.state, n.alias_id is not null, coalesce(a.account_id, duty.account_id),
           coalesce(a.address, duty.address), coalesce(a.state, duty.state),
           array(select l.target from directory.alias_target l where l.tenant_id = n.tenant_id and l.alias_id = n.alias_id order by l.position)
      from directory.version v
     cross join unnest($1::text[], $2::text[], $3::boolean[]) with ordinality as w (address, domain, duty, place)
      left join directory.domain d on d.name = w.domain
      left join directory.tenant t on t.tenant_id = d.tenant_id
      left join directory.address n on n.address = w.address
      left join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      left join lateral (select f.account_id, f.address, f.state from directory.account f
                          where w.duty and n.address is null and f.tenant_id = d.tenant_id and f.kind = 'user' and f.state = 'active'
                          order by f.tenant_id, f.account_id limit 1) duty on true
     order by w.place)"};

Route route_of(const pg::Row& row, const std::string& address) {
    Route route{.address = address};
    if (row.is_null(1)) {
        route.kind = Route::Kind::remote;
        return route;
    }
    route.tenant = row.get<TenantId>(1);
    const bool takes_mail = row.raw(2) != "closing" && row.raw(3) == "active";
    if (row.get<bool>(4)) {
        route.kind = takes_mail ? Route::Kind::alias : Route::Kind::closed;
        route.targets = row.get<std::vector<std::string>>(8);
    } else if (!row.is_null(5)) {
        route.kind = takes_mail && row.raw(7) == "active" ? Route::Kind::mailbox : Route::Kind::closed;
        route.account = row.get<AccountId>(5);
        route.primary = row.get<std::string>(6);
    }
    return route;
}
}  // namespace

Task<Result<Routes>> find_routes(pg::Pool& pool, const std::vector<std::string>& addresses, pg::Deadline deadline) {
    std::vector<std::string> domains;
    std::vector<bool> duties;
    for (const auto& text : addresses) {
        domains.push_back(text.substr(text.rfind('@') + 1));
        const auto address = parse_address(text);
        duties.push_back(address && is_duty_address(*address));
    }
    auto rows = co_await pool.query(TenantId{}, find, pg::params(addresses, domains, duties), deadline);
    if (!rows) co_return forward(rows);
    Routes out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        out.version = (*rows)[i].get<std::int64_t>(0);
        out.routes.push_back(route_of((*rows)[i], addresses[i]));
    }
    co_return out;
}

Task<Result<Resolved>> resolve_address(pg::Pool& pool, std::string address, pg::Deadline deadline) {
    Expansion expansion(std::move(address));
    Resolved out;
    while (!expansion.wanted().empty()) {
        auto found = co_await find_routes(pool, expansion.wanted(), deadline);
        if (!found) co_return forward(found);
        out.version = out.version == 0 ? found->version : std::min(out.version, found->version);
        expansion.answer(found->routes);
    }
    out.resolution = std::move(expansion).finish();
    co_return out;
}

}  // namespace sky::auth
