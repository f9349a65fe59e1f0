#include "auth/store/outcomes.h"

namespace sky::auth {
namespace {
constexpr std::size_t longest_key = 200;  // it stands in an index

constexpr pg::Statement find{"directory.outcome",
                             "select digest, reply from directory.idempotency where actor = $1 and method = $2 and key = $3"};
constexpr pg::Statement add{"directory.add_outcome",
                            "insert into directory.idempotency (actor, method, key, digest, reply) values ($1, $2, $3, $4, $5)"};
}  // namespace

Task<Result<std::optional<std::string>>> find_outcome(pg::Pool& pool, const OutcomeKey& key, pg::Deadline deadline) {
    if (key.key.empty()) co_return std::nullopt;
    if (key.key.size() > longest_key) co_return unexpected(Fault::syntax, "an idempotency key has at most 200 octets");
    auto rows = co_await pool.query(TenantId{}, find, pg::params(key.actor, key.method, key.key), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    if ((*rows)[0].raw(0) != key.digest) co_return unexpected(Fault::conflict, "the idempotency key was used for another request");
    co_return (*rows)[0].get<std::string>(1);
}

Task<Result<void>> insert_outcome(pg::Transaction& transaction, const OutcomeKey& key, const std::string& reply) {
    if (key.key.empty()) co_return Result<void>{};
    auto done = co_await transaction.query(add, pg::params(key.actor, key.method, key.key, pg::Bytea{key.digest}, pg::Bytea{reply}));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::auth
