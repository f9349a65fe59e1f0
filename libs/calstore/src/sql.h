#pragma once
// The statements of schema cal. Parameters $1 and $2 are always tenant and account.
#include "sky/pg/pool.h"

namespace sky::calstore::sql {

#define SKY_COLLECTION_COLUMNS                                                                                                         \
    "c.collection_id, c.slug, c.kind, c.components, c.display_name, c.description, c.color, c.sort_order, c.timezone, c.transparent, " \
    "c.modseq, a.epoch, c.created_at, "                                                                                                \
    "(select array_agg(key order by key) from jsonb_each_text(c.properties)), "                                                        \
    "(select array_agg(value order by key) from jsonb_each_text(c.properties)) "
#define SKY_OBJECT_COLUMNS(data) "o.name, o.hash, a.epoch, o.size, o.component, o.modified_at, o.modseq, " data " "
#define SKY_OBJECTS                                                                                          \
    "from cal.account a join cal.collection c on c.tenant_id = a.tenant_id and c.account_id = a.account_id " \
    "join cal.object o on o.tenant_id = c.tenant_id and o.collection_id = c.collection_id where a.tenant_id = $1 and a.account_id = $2 "

constexpr pg::Statement ensure_account{
    "cal.ensure_account", "insert into cal.account (tenant_id, account_id) values ($1, $2) on conflict do nothing returning modseq"};
constexpr pg::Statement has_account{"cal.has_account", "select 1 from cal.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement lock_account{"cal.lock_account",
                                     "select modseq, epoch from cal.account where tenant_id = $1 and account_id = $2 for no key update"};
constexpr pg::Statement advance_account{"cal.advance_account",
                                        "update cal.account set modseq = $3 where tenant_id = $1 and account_id = $2"};

constexpr pg::Statement collections{"cal.collections",
                                    "select " SKY_COLLECTION_COLUMNS
                                    "from cal.account a join cal.collection c on c.tenant_id = a.tenant_id and c.account_id = a.account_id "
                                    "where a.tenant_id = $1 and a.account_id = $2 and c.kind = $3 order by c.sort_order, c.slug"};
constexpr pg::Statement collection{"cal.collection",
                                   "select " SKY_COLLECTION_COLUMNS
                                   "from cal.account a join cal.collection c on c.tenant_id = a.tenant_id and c.account_id = a.account_id "
                                   "where a.tenant_id = $1 and a.account_id = $2 and c.kind = $3 and c.slug = $4"};
constexpr pg::Statement count_collections{"cal.count_collections",
                                          "select count(*), count(*) filter (where kind = $3 and slug = $4) from cal.collection "
                                          "where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement add_collection{
    "cal.add_collection",
    "insert into cal.collection (tenant_id, account_id, collection_id, kind, slug, components, display_name, description, color, "
    "sort_order, "
    "timezone, transparent, properties, created_modseq, modseq) "
    "values ($1, $2, nextval('cal.collection_id'), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)"};
constexpr pg::Statement update_collection{
    "cal.update_collection",
    "update cal.collection set display_name = $5, description = $6, color = $7, sort_order = $8, timezone = $9, transparent = $10, "
    "properties = $11, modseq = $12 where tenant_id = $1 and account_id = $2 and kind = $3 and slug = $4"};
constexpr pg::Statement remove_collection{
    "cal.remove_collection",
    "delete from cal.collection where tenant_id = $1 and account_id = $2 and kind = $3 and slug = $4 returning collection_id"};
constexpr pg::Statement touch_collection{
    "cal.touch_collection", "update cal.collection set modseq = $4 where tenant_id = $1 and account_id = $2 and collection_id = $3"};

constexpr pg::Statement list{"cal.list", "select " SKY_OBJECT_COLUMNS("''::bytea") SKY_OBJECTS "and c.collection_id = $3 order by o.name"};
constexpr pg::Statement list_with_data{"cal.list_with_data",
                                       "select " SKY_OBJECT_COLUMNS("o.data") SKY_OBJECTS "and c.collection_id = $3 order by o.name"};
constexpr pg::Statement multiget{"cal.multiget",
                                 "select " SKY_OBJECT_COLUMNS("o.data") SKY_OBJECTS "and c.collection_id = $3 and o.name = any($4)"};
constexpr pg::Statement get{"cal.get",
                            "select " SKY_OBJECT_COLUMNS("o.data") SKY_OBJECTS "and c.kind = $3 and c.slug = $4 and o.name = $5"};
constexpr pg::Statement in_range{
    "cal.in_range", "select " SKY_OBJECT_COLUMNS("o.data") SKY_OBJECTS
    "and c.collection_id = $3 and o.ends_at >= $4 and o.starts_at <= $5 and (o.component & $6) <> 0 order by o.name limit $7"};

// The collection, the object of that name in it, and the one with that UID.
constexpr pg::Statement find_for_put{
    "cal.find_for_put",
    "select c.collection_id, c.components, o.hash, o.uid, o.operation_id, "
    "(select u.name from cal.object u where u.tenant_id = c.tenant_id and u.collection_id = c.collection_id and u.uid = $6) "
    "from cal.collection c left join cal.object o on o.tenant_id = c.tenant_id and o.collection_id = c.collection_id "
    "and o.name = $5 where c.tenant_id = $1 and c.account_id = $2 and c.kind = $3 and c.slug = $4"};
constexpr pg::Statement put{
    "cal.put",
    "insert into cal.object (tenant_id, collection_id, name, uid, component, recurring, sequence, title, starts_at, ends_at, size, hash, "
    "operation_id, created_modseq, modseq, data) values ($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16) "
    "on conflict (tenant_id, collection_id, name) do update set uid = excluded.uid, component = excluded.component, "
    "recurring = excluded.recurring, sequence = excluded.sequence, title = excluded.title, starts_at = excluded.starts_at, "
    "ends_at = excluded.ends_at, size = excluded.size, hash = excluded.hash, operation_id = excluded.operation_id, "
    "modseq = excluded.modseq, data = excluded.data, modified_at = clock_timestamp() where $2::bigint is not null"};
constexpr pg::Statement find_for_erase{
    "cal.find_for_erase",
    "select c.collection_id, o.hash from cal.collection c join cal.object o on o.tenant_id = c.tenant_id and "
    "o.collection_id = c.collection_id where c.tenant_id = $1 and c.account_id = $2 and c.kind = $3 and c.slug = $4 and o.name = $5"};
constexpr pg::Statement erase{
    "cal.erase", "delete from cal.object where tenant_id = $1 and collection_id = $3 and name = $4 and $2::bigint is not null"};
constexpr pg::Statement log_deletion{"cal.log_deletion",
                                     "insert into cal.change (tenant_id, account_id, modseq, kind, collection_id, name, operation_id) "
                                     "values ($1, $2, $3, $4, $5, $6, $7)"};
constexpr pg::Statement was_erased{"cal.was_erased",
                                   "select 1 from cal.change where tenant_id = $1 and account_id = $2 and operation_id = $3 limit 1"};

constexpr pg::Statement sync_state{
    "cal.sync_state",
    "select c.modseq, a.epoch, a.log_floor from cal.account a join cal.collection c on c.tenant_id = a.tenant_id and "
    "c.account_id = a.account_id where a.tenant_id = $1 and a.account_id = $2 and c.collection_id = $3"};
#define SKY_CHANGES(data)                                                                                                                 \
    "select name, hash, epoch, size, component, modified_at, modseq, data, gone from ("                                                   \
    "(select " SKY_OBJECT_COLUMNS(data " as data") ", false as gone " SKY_OBJECTS                                                         \
                                                   "and c.collection_id = $3 and o.modseq > $4 order by o.modseq limit $5) union all "    \
                                                   "(select d.name, ''::bytea, 0, 0, 0::smallint, now(), d.modseq, ''::bytea, true from " \
                                                   "cal.change d where d.tenant_id = $1 "                                                 \
                                                   "and d.account_id = $2 and d.collection_id = $3 and d.kind = 1 and d.modseq > $4 and " \
                                                   "$4 > 0 and not exists (select 1 from cal.object o "                                   \
                                                   "where o.tenant_id = $1 and o.collection_id = $3 and o.name = d.name) order by "       \
                                                   "d.modseq limit $5)) x order by modseq limit $5"
constexpr pg::Statement changes{"cal.changes", SKY_CHANGES("''::bytea")};
constexpr pg::Statement changes_with_data{"cal.changes_with_data", SKY_CHANGES("o.data")};

}  // namespace sky::calstore::sql
