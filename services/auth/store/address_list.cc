#include "auth/store/address_list.h"

namespace sky::auth {
namespace {
// A word matches where a word begins: " " stands before the whole, and "@", "." and "-" divide as spaces do.
constexpr pg::Statement search{
    "directory.address_list",
    "select * from ("
    "select a.kind, a.address, a.display_name, a.title, a.department, ''::text as company, a.phone, a.mobile, a.office, "
    "coalesce((select m.address from directory.account m where m.tenant_id = $1 and m.account_id = a.manager_id), '') as manager, "
    "exists (select from directory.photo p where p.tenant_id = $1 and p.account_id = a.account_id) as photo "
    "from directory.account a where a.tenant_id = $1 and a.listed and a.state = 'active' "
    "union all select 'group', n.address, g.display_name, '', '', '', '', '', '', '', false from directory.distribution_group g "
    "join directory.address n on n.tenant_id = g.tenant_id and n.group_id = g.group_id where g.tenant_id = $1 and g.listed "
    "union all select 'contact', c.address, c.display_name, c.title, '', c.company, c.phone, c.mobile, '', '', false "
    "from directory.contact c where c.tenant_id = $1) e "
    "where address > $2 and ($3 = '' or kind = $3) and not exists (select from unnest($4::text[]) w where "
    "position(' ' || w in ' ' || translate(lower(display_name || ' ' || address), '@.-_,', '     ')) = 0 "
    "and position(w in address) <> 1) order by address limit $5"};
}  // namespace

Task<Result<std::vector<AddressListRow>>> search_address_list(pg::Pool& pool, TenantId tenant, const AddressListFilter& filter, Page page,
                                                              pg::Deadline deadline) {
    auto rows =
        co_await pool.query(tenant, search, pg::params(tenant, page.after, filter.kind, filter.words, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AddressListRow> out;
    for (const auto row : *rows)
        out.push_back({.kind = row.get<std::string>(0),
                       .address = row.get<std::string>(1),
                       .display_name = row.get<std::string>(2),
                       .title = row.get<std::string>(3),
                       .department = row.get<std::string>(4),
                       .company = row.get<std::string>(5),
                       .phone = row.get<std::string>(6),
                       .mobile = row.get<std::string>(7),
                       .office = row.get<std::string>(8),
                       .manager = row.get<std::string>(9),
                       .photo = row.get<bool>(10)});
    co_return out;
}

}  // namespace sky::auth
