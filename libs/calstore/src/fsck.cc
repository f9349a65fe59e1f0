
#include "sky/calstore/calstore.h"
#include "sql.h"

namespace sky::calstore {
namespace {

// Each returns sentences.
constexpr pg::Statement checks[] = {
    {"cal.fsck.hash",
     "select format('object %s of collection %s: its octets do not have the stored hash or size', name, collection_id) from cal.object "
     "where sha256(data) <> hash or octet_length(data) <> size"},
    {"cal.fsck.object_order",
     "select format('object %s of collection %s: MODSEQ %s is above its collection''s %s', o.name, o.collection_id, o.modseq, c.modseq) "
     "from cal.object o join cal.collection c using (tenant_id, collection_id) where o.modseq > c.modseq or o.created_modseq > o.modseq"},
    {"cal.fsck.collection_order",
     "select format('collection %s: MODSEQ %s is above its account''s %s', c.collection_id, c.modseq, a.modseq) "
     "from cal.collection c join cal.account a using (tenant_id, account_id) where c.modseq > a.modseq or c.created_modseq > c.modseq"},
    {"cal.fsck.twice",
     "select format('account %s: MODSEQ %s belongs to %s changes', account_id, modseq, count(*)) from ("
     "select c.tenant_id, c.account_id, o.modseq from cal.object o join cal.collection c using (tenant_id, collection_id) "
     "union all select tenant_id, account_id, modseq from cal.change) x group by tenant_id, account_id, modseq having count(*) > 1"},
    {"cal.fsck.log",
     "select format('account %s: a deletion has MODSEQ %s, above the account''s %s', a.account_id, d.modseq, a.modseq) "
     "from cal.change d join cal.account a using (tenant_id, account_id) where d.modseq > a.modseq"},
    {"cal.fsck.range",
     "select format('object %s of collection %s: ends before it starts', name, collection_id) from cal.object where ends_at < starts_at"},
};

}  // namespace

Task<Result<std::vector<std::string>>> fsck(pg::Pool& pool, Deadline deadline) {
    std::vector<std::string> out;
    for (const pg::Statement& check : checks) {
        auto rows = co_await pool.query(TenantId{}, check, pg::Params{}, deadline);
        if (!rows) co_return forward(rows);
        for (const pg::Row row : *rows) out.push_back(row.get<std::string>(0));
    }
    co_return out;
}

}  // namespace sky::calstore
