#include "auth/store/oauth_keys.h"

namespace sky::auth::oauth {
namespace {
#define SKY_OAUTH_KEY "key_id, algorithm, public_key, private_key, created_at, signs_from, ends_at"

constexpr pg::Statement all{"directory.oauth_keys",
                            "select " SKY_OAUTH_KEY
                            " from directory.oauth_key where ends_at is null or ends_at > now() order by signs_from desc, key_id"};
constexpr pg::Statement signing{"directory.oauth_signing_key",
                                "select " SKY_OAUTH_KEY
                                " from directory.oauth_key where algorithm = $1 and signs_from <= now() and (ends_at is null or ends_at > "
                                "now()) order by signs_from desc limit 1"};
constexpr pg::Statement lock{"directory.lock_oauth_keys", "lock table directory.oauth_key in share row exclusive mode"};
// The end of one that ends already never moves away.
constexpr pg::Statement end_others{"directory.end_oauth_keys",
                                   "update directory.oauth_key set ends_at = least(ends_at, $2) where algorithm = $1"};
constexpr pg::Statement add{
    "directory.add_oauth_key",
    "insert into directory.oauth_key (key_id, algorithm, public_key, private_key, signs_from) values ($1, $2, $3, $4, "
    "$5)"};

std::vector<KeyRow> keys_of(const pg::Rows& rows) {
    std::vector<KeyRow> out;
    for (const auto row : rows)
        out.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3), row.get<Time>(4),
                       row.get<Time>(5), row.get<std::optional<Time>>(6)});
    return out;
}
}  // namespace

Task<Result<std::vector<KeyRow>>> list_keys(pg::Pool& pool, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, all, pg::Params{}, deadline);
    if (!rows) co_return forward(rows);
    co_return keys_of(*rows);
}

Task<Result<std::vector<KeyRow>>> list_keys(pg::Transaction& transaction) {
    auto rows = co_await transaction.query(all, pg::Params{});
    if (!rows) co_return forward(rows);
    co_return keys_of(*rows);
}

Task<Result<std::optional<KeyRow>>> find_signing_key(pg::Pool& pool, const std::string& algorithm, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, signing, pg::params(algorithm), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return keys_of(*rows).front();
}

Task<Result<void>> lock_keys(pg::Transaction& transaction) {
    auto done = co_await transaction.query(lock, pg::Params{});
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> insert_key(pg::Transaction& transaction, const KeyRow& key, Time others_end) {
    const auto ended = transaction.queue(end_others, pg::params(key.algorithm, others_end));
    const auto added = transaction.queue(add, pg::params(key.id, key.algorithm, key.public_key, pg::Bytea{key.sealed}, key.signs_from));
    for (const auto ticket : {ended, added})
        if (auto done = co_await transaction.take(ticket); !done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::auth::oauth
