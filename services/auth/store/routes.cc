#include "auth/store/routes.h"

#include <algorithm>
#include <array>

#include "auth/address.h"

namespace sky::auth {
namespace {
// One row an address asked for. Who has it, in this order: the address itself; the same local part at the domain that this one is an alias
// of; the part before the domain's separator, at either (RFC 5233); for postmaster and abuse, where nobody has them or who has them takes
// no mail, the first mailbox of the tenant, else of its reseller (RFC 5321 §4.5.1, RFC 2142 §4); the domain's catch-all. A domain that is
// not verified yet is not ours.
//
// One address, the usual question, has a statement of its own: for arrays of which it does not know how long they are, PostgreSQL makes the
// plan anew each time, and that takes four times as long as the lookup.
constexpr char before_asked[] = R"(
    select v.version, d.tenant_id, t.state, d.state, coalesce(duty.account_id, a.account_id), coalesce(duty.address, a.address),
           coalesce(duty.state, a.state), n.address, d.separator, duty.account_id is not null, n.alias_id is not null, g.group_id is not null,
           coalesce(case when n.alias_id is not null
                         then array(select l.target from directory.alias_target l
                                     where l.tenant_id = n.tenant_id and l.alias_id = n.alias_id order by l.position)
                         when n.group_id is not null
                         then array(select m.target from directory.group_member m
                                     where m.tenant_id = n.tenant_id and m.group_id = n.group_id order by m.target limit 1001) end, '{}'),
           coalesce(d.catch_all, ''), coalesce(g.senders, ''), coalesce(g.moderated, false),
           coalesce(case when n.group_id is not null
                         then array(select f.duty || ' ' || f.address from directory.group_officer f
                                     where f.tenant_id = n.tenant_id and f.group_id = n.group_id order by f.duty, f.address) end, '{}'),
           case when n.group_id is not null then coalesce((select s.tenant_id = d.tenant_id from directory.domain s where s.name = $5), false)
                else false end, duty.tenant_id, coalesce(duty.account_id is null and a.kind = 'public_folders', false)
      from directory.version v
     cross join unnest()";
constexpr char after_asked[] = R"() with ordinality as w (address, local, domain, duty, place)
      left join lateral (
           select o.tenant_id, o.state, e.name as target, e.separator, coalesce(o.catch_all, e.catch_all) as catch_all
             from directory.domain o
             join directory.domain e on e.tenant_id = o.tenant_id and e.domain_id = coalesce(o.alias_of, o.domain_id)
            where o.name = w.domain and o.state <> 'pending') d on true
      left join directory.tenant t on t.tenant_id = d.tenant_id
      left join lateral (
           select c.tenant_id, c.address, c.account_id, c.alias_id, c.group_id
             from unnest(case when d.separator is not null and position(d.separator in w.local) > 1
                              then array[w.address, w.local || '@' || d.target, split_part(w.local, d.separator, 1) || '@' || w.domain,
                                         split_part(w.local, d.separator, 1) || '@' || d.target]
                              else array[w.address, w.local || '@' || d.target] end) with ordinality as k (name, rank)
             join directory.address c on c.address = k.name
            where d.tenant_id is not null
            order by k.rank limit 1) n on true
      left join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      left join directory.distribution_group g on g.tenant_id = n.tenant_id and g.group_id = n.group_id
      left join lateral (
           select f.tenant_id, f.account_id, f.address, f.state
             from unnest(array[d.tenant_id, t.parent_id]) with ordinality as o (tenant_id, rank)
            cross join lateral (select c.tenant_id, c.account_id, c.address, c.state from directory.account c
                                 where c.tenant_id = o.tenant_id and c.kind = 'user' and c.state = 'active'
                                 order by c.tenant_id, c.account_id limit 1) f
            where w.duty and (n.address is null or a.state <> 'active')
            order by o.rank limit 1) duty on true
     order by w.place)";

template <std::size_t... N>
consteval auto joined(const char (&... parts)[N]) {
    std::array<char, (N + ...) - sizeof...(N)> out{};
    auto at = out.begin();
    ((at = std::copy(parts, parts + N - 1, at)), ...);
    return out;
}
constexpr auto one_sql = joined(before_asked, "array[$1::text], array[$2::text], array[$3::text], array[$4::boolean]", after_asked);
constexpr auto many_sql = joined(before_asked, "$1::text[], $2::text[], $3::text[], $4::boolean[]", after_asked);
constexpr pg::Statement find_one{"directory.find_route", {one_sql.data(), one_sql.size()}};
constexpr pg::Statement find_many{"directory.find_routes", {many_sql.data(), many_sql.size()}};

bool has(const std::vector<std::string>& list, const std::string& item) { return std::ranges::find(list, item) != list.end(); }

// What a group's rule says of this sender.
void judge(Route& route, const pg::Row& row, const std::optional<Sender>& sender) {
    const std::string senders = row.get<std::string>(14);
    const bool moderated = row.get<bool>(15);
    route.how = Route::How::group;
    if (!sender || (senders == "anyone" && !moderated)) return;
    route.sender_matters = true;
    const auto officers = row.get<std::vector<std::string>>(16);
    const bool proved = sender->proof == Sender::Proof::signed_in;
    const bool owner = proved && has(officers, "owner " + sender->address);
    bool may = senders == "anyone" || owner;
    if (senders == "tenant") may = may || (proved && row.get<bool>(17));
    if (senders == "members") may = may || (proved && has(route.targets, sender->address));
    if (senders == "listed") may = may || (proved && has(officers, "sender " + sender->address));
    if (!may) {
        route.verdict = Route::Verdict::forbidden;
        return;
    }
    if (!moderated || owner || (proved && has(officers, "moderator " + sender->address))) return;
    route.verdict = Route::Verdict::moderated;
    route.targets.clear();
    for (const auto& officer : officers)
        if (officer.starts_with("moderator ")) route.targets.push_back(officer.substr(10));
}

Route route_of(const pg::Row& row, const std::string& address, const std::optional<Sender>& sender) {
    Route route{.address = address};
    if (row.is_null(1)) {
        route.kind = Route::Kind::remote;
        return route;
    }
    route.tenant = row.get<TenantId>(1);
    const bool takes_mail = row.raw(2) != "closing" && row.raw(3) == "active";
    route.matched = row.get<std::string>(7);
    const auto local = [](std::string_view text) { return text.substr(0, text.rfind('@')); };
    if (!route.matched.empty() && local(route.matched) != local(address)) {
        route.how = Route::How::subaddress;
        route.detail = local(address).substr(local(route.matched).size() + 1);
    }
    if (row.get<bool>(10) || row.get<bool>(11)) {
        route.kind = takes_mail ? Route::Kind::alias : Route::Kind::closed;
        route.targets = row.get<std::vector<std::string>>(12);
        if (row.get<bool>(11)) judge(route, row, sender);
    } else if (!row.is_null(4)) {
        route.kind = takes_mail && row.raw(6) == "active" ? Route::Kind::mailbox : Route::Kind::closed;
        route.account = row.get<AccountId>(4);
        route.primary = row.get<std::string>(5);
        route.is_public = row.get<bool>(19);
        if (row.get<bool>(9)) {
            route.how = Route::How::duty;
            route.home = row.get<TenantId>(18);
        }
    } else if (!row.raw(13).empty() && row.raw(13) != address) {
        route.kind = takes_mail ? Route::Kind::alias : Route::Kind::closed;
        route.how = Route::How::catch_all;
        route.targets = {row.get<std::string>(13)};
    }
    return route;
}
}  // namespace

Task<Result<Routes>> find_routes(pg::Pool& pool, const std::vector<std::string>& addresses, const std::optional<Sender>& sender,
                                 pg::Deadline deadline) {
    std::vector<std::string> locals, domains;
    std::vector<bool> duties;
    for (const auto& text : addresses) {
        const auto at = text.rfind('@');
        locals.push_back(text.substr(0, at));
        domains.push_back(text.substr(at + 1));
        const auto address = parse_address(text);
        duties.push_back(address && is_duty_address(*address));
    }
    const std::string sender_domain = sender ? sender->address.substr(sender->address.rfind('@') + 1) : std::string();
    const bool one = addresses.size() == 1;
    const auto asked = one ? pg::params(addresses[0], locals[0], domains[0], bool(duties[0]), sender_domain)
                           : pg::params(addresses, locals, domains, duties, sender_domain);
    auto rows = co_await pool.query(TenantId{}, one ? find_one : find_many, asked, deadline);
    if (!rows) co_return forward(rows);
    Routes out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        out.version = (*rows)[i].get<std::int64_t>(0);
        out.routes.push_back(route_of((*rows)[i], addresses[i], sender));
    }
    co_return out;
}

Task<Result<std::vector<Resolved>>> resolve_addresses(pg::Pool& pool, const std::vector<std::string>& addresses,
                                                      std::optional<Sender> sender, pg::Deadline deadline) {
    std::vector<Expansion> ways;
    for (const auto& address : addresses) ways.emplace_back(address);
    std::vector<Resolved> out(addresses.size());
    for (;;) {
        std::vector<std::string> wanted;
        for (const auto& way : ways) wanted.insert(wanted.end(), way.wanted().begin(), way.wanted().end());
        if (wanted.empty()) break;
        auto found = co_await find_routes(pool, wanted, sender, deadline);
        if (!found) co_return forward(found);
        auto next = found->routes.begin();
        for (std::size_t i = 0; i < ways.size(); ++i) {
            if (ways[i].wanted().empty()) continue;
            const auto end = next + static_cast<std::ptrdiff_t>(ways[i].wanted().size());
            ways[i].answer({std::make_move_iterator(next), std::make_move_iterator(end)});
            next = end;
            out[i].version = out[i].version == 0 ? found->version : std::min(out[i].version, found->version);
        }
        sender.reset();  // a group is asked about who wrote to it; what is in it has been let in
    }
    for (std::size_t i = 0; i < ways.size(); ++i) out[i].resolution = std::move(ways[i]).finish();
    co_return out;
}

Task<Result<Resolved>> resolve_address(pg::Pool& pool, std::string address, std::optional<Sender> sender, pg::Deadline deadline) {
    auto found = co_await resolve_addresses(pool, {std::move(address)}, std::move(sender), deadline);
    if (!found) co_return forward(found);
    co_return std::move(found->front());
}

}  // namespace sky::auth
