#include "auth/store/groups.h"

namespace sky::auth {
namespace {
#define SKY_GROUP_OFFICERS(duty)                                                                                             \
    "array(select o.address from directory.group_officer o where o.tenant_id = g.tenant_id and o.group_id = g.group_id and " \
    "o.duty = '" duty "' order by o.address)"
#define SKY_GROUP_COLUMNS \
    "g.tenant_id, g.group_id, n.address, t.name, g.display_name, g.description, g.senders, g.moderated, g.listed, g.created_at, " \
    "array(select m.target from directory.group_member m where m.tenant_id = g.tenant_id and m.group_id = g.group_id "         \
    "order by m.target), " SKY_GROUP_OFFICERS("sender") ", " SKY_GROUP_OFFICERS("moderator") ", " SKY_GROUP_OFFICERS("owner")   \
    " from directory.address n join directory.distribution_group g on g.tenant_id = n.tenant_id and g.group_id = n.group_id "  \
    "join directory.tenant t on t.tenant_id = g.tenant_id "

constexpr pg::Statement group_by_address{"directory.group", "select " SKY_GROUP_COLUMNS "where n.address = $1"};
constexpr pg::Statement groups_after{"directory.groups",
                                     "select " SKY_GROUP_COLUMNS
                                     "join directory.domain d on d.tenant_id = n.tenant_id and d.domain_id = n.domain_id "
                                     "where n.address > $1 and ($2 = '' or d.name = $2) and ($3 = '' or t.name = $3) "
                                     "order by n.address limit $4"};
constexpr pg::Statement add_group{"directory.add_group",
                                  "insert into directory.distribution_group (tenant_id, display_name, description, senders, moderated, "
                                  "listed) values ($1, $2, $3, $4, $5, $6) returning group_id, created_at"};
constexpr pg::Statement add_address{"directory.add_group_address",
                                    "insert into directory.address (tenant_id, address, domain_id, group_id) values ($1, $2, $3, $4)"};
constexpr pg::Statement insert_members{"directory.add_group_members",
                                       "insert into directory.group_member (tenant_id, group_id, target) "
                                       "select $1, $2, unnest($3::text[]) on conflict do nothing"};
constexpr pg::Statement drop_members{
    "directory.drop_group_members",
    "delete from directory.group_member where tenant_id = $1 and group_id = $2 and target = any ($3::text[])"};
constexpr pg::Statement keep_members{
    "directory.keep_group_members",
    "delete from directory.group_member where tenant_id = $1 and group_id = $2 and target <> all ($3::text[])"};
constexpr pg::Statement drop_officers{"directory.drop_group_officers",
                                      "delete from directory.group_officer where tenant_id = $1 and group_id = $2"};
constexpr pg::Statement insert_officers{"directory.add_group_officers",
                                        "insert into directory.group_officer (tenant_id, group_id, duty, address) "
                                        "select $1, $2, $3, unnest($4::text[])"};
constexpr pg::Statement change_group{"directory.change_group",
                                     "update directory.distribution_group set display_name = $3, description = $4, senders = $5, "
                                     "moderated = $6, listed = $7 where tenant_id = $1 and group_id = $2"};
constexpr pg::Statement lock_it{"directory.lock_group",
                                "select 1 from directory.distribution_group where tenant_id = $1 and group_id = $2 for update"};
constexpr pg::Statement members_now{"directory.group_members",
                                    "select target from directory.group_member where tenant_id = $1 and group_id = $2 order by target"};
constexpr pg::Statement remove_group{"directory.remove_group",
                                     "delete from directory.distribution_group where tenant_id = $1 and group_id = $2"};

GroupRow group_of(const pg::Row& row) {
    return {.tenant_id = row.get<TenantId>(0),
            .group_id = row.get<std::int64_t>(1),
            .address = row.get<std::string>(2),
            .tenant = row.get<std::string>(3),
            .display_name = row.get<std::string>(4),
            .description = row.get<std::string>(5),
            .senders = row.get<std::string>(6),
            .moderated = row.get<bool>(7),
            .listed = row.get<bool>(8),
            .created = row.get<Time>(9),
            .members = row.get<std::vector<std::string>>(10),
            .may_send = row.get<std::vector<std::string>>(11),
            .moderators = row.get<std::vector<std::string>>(12),
            .owners = row.get<std::vector<std::string>>(13)};
}

Task<Result<void>> write_people(pg::Transaction& transaction, const GroupRow& group) {
    const TenantId tenant = group.tenant_id;
    transaction.queue(keep_members, pg::params(tenant, group.group_id, group.members));
    transaction.queue(insert_members, pg::params(tenant, group.group_id, group.members));
    transaction.queue(drop_officers, pg::params(tenant, group.group_id));
    transaction.queue(insert_officers, pg::params(tenant, group.group_id, std::string("sender"), group.may_send));
    transaction.queue(insert_officers, pg::params(tenant, group.group_id, std::string("moderator"), group.moderators));
    const auto last = transaction.queue(insert_officers, pg::params(tenant, group.group_id, std::string("owner"), group.owners));
    if (auto done = co_await transaction.take(last); !done) co_return forward(done);
    co_return Result<void>{};
}
}  // namespace

Task<Result<GroupRow>> find_group(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, group_by_address, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such group");
    co_return group_of((*rows)[0]);
}

Task<Result<std::vector<GroupRow>>> list_groups(pg::Pool& pool, TenantId view, const GroupFilter& filter, Page page,
                                                pg::Deadline deadline) {
    auto rows =
        co_await pool.query(view, groups_after, pg::params(page.after, filter.domain, filter.tenant, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<GroupRow> out;
    for (const auto row : *rows) out.push_back(group_of(row));
    co_return out;
}

Task<Result<GroupRow>> insert_group(pg::Transaction& transaction, const DomainRow& domain, GroupRow group) {
    auto rows = co_await transaction.query(
        add_group, pg::params(domain.tenant_id, group.display_name, group.description, group.senders, group.moderated, group.listed));
    if (!rows) co_return forward(rows);
    group.tenant_id = domain.tenant_id;
    group.tenant = domain.tenant;
    group.group_id = (*rows)[0].get<std::int64_t>(0);
    group.created = (*rows)[0].get<Time>(1);
    auto named = co_await transaction.query(add_address, pg::params(domain.tenant_id, group.address, domain.id, group.group_id));
    if (!named) co_return forward(named);
    if (auto done = co_await write_people(transaction, group); !done) co_return forward(done);
    co_return group;
}

Task<Result<void>> update_group(pg::Transaction& transaction, const GroupRow& group) {
    auto rows = co_await transaction.query(change_group, pg::params(group.tenant_id, group.group_id, group.display_name, group.description,
                                                                    group.senders, group.moderated, group.listed));
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::not_found, "no such group");
    co_return co_await write_people(transaction, group);
}

Task<Result<GroupRow>> lock_group(pg::Transaction& transaction, const GroupRow& group) {
    auto locked = co_await transaction.query(lock_it, pg::params(group.tenant_id, group.group_id));
    if (!locked) co_return forward(locked);
    auto rows = co_await transaction.query(group_by_address, pg::params(group.address));
    if (!rows) co_return forward(rows);
    if (rows->empty() || (*rows)[0].get<std::int64_t>(1) != group.group_id) co_return unexpected(Fault::not_found, "no such group");
    co_return group_of((*rows)[0]);
}

Task<Result<std::vector<std::string>>> lock_members(pg::Transaction& transaction, const GroupRow& group) {
    auto locked = co_await transaction.query(lock_it, pg::params(group.tenant_id, group.group_id));
    if (!locked) co_return forward(locked);
    if (locked->empty()) co_return unexpected(Fault::not_found, "no such group");
    auto rows = co_await transaction.query(members_now, pg::params(group.tenant_id, group.group_id));
    if (!rows) co_return forward(rows);
    std::vector<std::string> out;
    for (const auto row : *rows) out.push_back(row.get<std::string>(0));
    co_return out;
}

Task<Result<void>> add_members(pg::Transaction& transaction, const GroupRow& group, const std::vector<std::string>& members) {
    auto done = co_await transaction.query(insert_members, pg::params(group.tenant_id, group.group_id, members));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> remove_members(pg::Transaction& transaction, const GroupRow& group, const std::vector<std::string>& members) {
    auto done = co_await transaction.query(drop_members, pg::params(group.tenant_id, group.group_id, members));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> delete_group(pg::Transaction& transaction, TenantId tenant, std::int64_t group) {
    auto rows = co_await transaction.query(remove_group, pg::params(tenant, group));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
