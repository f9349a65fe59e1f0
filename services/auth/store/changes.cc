#include "auth/store/changes.h"

namespace sky::auth {
namespace {
constexpr pg::Statement version_now{"directory.version", "select version from directory.version"};
constexpr pg::Statement changes_above{"directory.changes",
                                      "select version, addresses, domains, account_ids from directory.change where version > $1 "
                                      "order by version limit 1000"};
constexpr pg::Statement drop_changes{"directory.drop_changes", "delete from directory.change where changed_at < now() - interval '1 day'"};
constexpr pg::Statement drop_keys{"directory.drop_keys", "delete from directory.idempotency where created_at < now() - interval '1 day'"};
constexpr pg::Statement record_change{"directory.record", "select directory.record($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
}  // namespace

Task<Result<std::int64_t>> read_version(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, version_now, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<std::int64_t>(0);
}

Task<Result<std::vector<Change>>> read_changes(pg::Pool& pool, std::int64_t version, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, changes_above, pg::params(version), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Change> out;
    for (const auto row : *rows)
        out.push_back({row.get<std::int64_t>(0), row.get<std::vector<std::string>>(1), row.get<std::vector<std::string>>(2),
                       row.get<std::vector<std::int64_t>>(3)});
    co_return out;
}

Task<Result<void>> forget_old_changes(pg::Pool& pool, pg::Deadline deadline) {
    auto transaction = co_await pool.begin(TenantId{}, deadline);
    if (!transaction) co_return forward(transaction);
    transaction->queue(drop_changes, pg::Params{});
    transaction->queue(drop_keys, pg::Params{});
    co_return co_await transaction->commit();
}

Task<Result<std::int64_t>> record(pg::Transaction& transaction, const Actor& actor, const Record& what) {
    auto rows =
        co_await transaction.query(record_change, pg::params(what.tenant, actor.name, actor.peer, what.action, what.object,
                                                             pg::Jsonb{what.detail}, what.addresses, what.domains, what.account_ids));
    if (!rows) co_return forward(rows);
    if (rows->empty() || (*rows)[0].is_null(0)) co_return unexpected(Fault::internal, "try again later", "a change outside of its tenant");
    co_return (*rows)[0].get<std::int64_t>(0);
}

}  // namespace sky::auth
