#include "auth/oauth/keys.h"

#include "sky/jwt/jwk.h"
#include "sky/telemetry/log.h"

namespace sky::auth::oauth {
namespace {
constexpr std::chrono::minutes notice{6};  // a little more than our key set may be kept by others

SealedFor place_of_key(const std::string& id) { return {"oauth-signing-key", TenantId{}, id}; }

Task<Result<KeyRow>> make(const Seal& seal, OffloadPool& work, NewKey wanted, Deadline deadline) {
    auto key = co_await work.run(deadline, [algorithm = wanted.algorithm] { return jwt::PrivateKey::generate(algorithm); });
    if (!key) co_return forward(key);
    co_return KeyRow{.id = key->id(),
                     .algorithm = std::string(jwt::name_of(wanted.algorithm)),
                     .public_key = jwt::write_key(key->public_half()),
                     .sealed = seal.seal(place_of_key(key->id()), key->der()),
                     .created = {},
                     .signs_from = wanted.signs_from,
                     .ends = {}};
}

Task<Result<std::vector<NewKey>>> missing_now(pg::Transaction& transaction, std::chrono::seconds life) {
    auto rows = co_await list_keys(transaction);
    if (!rows) co_return forward(rows);
    std::vector<KeyTimes> times;
    for (const auto& row : *rows)
        if (const auto algorithm = jwt::algorithm_named(row.algorithm); algorithm && !row.ends)
            times.push_back({*algorithm, row.signs_from});
    co_return missing_keys(times, life, std::chrono::system_clock::now());
}
}  // namespace

Task<Result<void>> keep_keys(KeyMaking making, Deadline deadline) {
    auto transaction = co_await making.pool.begin(TenantId{}, deadline);
    if (!transaction) co_return forward(transaction);
    auto missing = co_await missing_now(*transaction, making.life);
    if (!missing) co_return forward(missing);
    if (missing->empty()) co_return Result<void>{};
    // Once more, now that no other replica can do the same.
    if (auto locked = co_await lock_keys(*transaction); !locked) co_return forward(locked);
    missing = co_await missing_now(*transaction, making.life);
    if (!missing) co_return forward(missing);
    for (const auto& one : *missing) {
        auto key = co_await make(making.seal, making.work, one, deadline);
        if (!key) co_return forward(key);
        if (auto done = co_await insert_key(*transaction, *key, one.signs_from + kept_after); !done) co_return forward(done);
        log::info("auth.oauth.key", {{"key", key->id}, {"algorithm", key->algorithm}, {"signs_from", unix_seconds(key->signs_from)}});
    }
    co_return co_await transaction->commit();
}

Task<Result<std::vector<KeyRow>>> replace_keys(const Seal& seal, OffloadPool& work, pg::Transaction& transaction, Others others, Time now,
                                               Deadline deadline) {
    if (auto locked = co_await lock_keys(transaction); !locked) co_return forward(locked);
    const Time signs_from = others == Others::kept ? now + notice : now - std::chrono::minutes(1);
    for (const auto algorithm : signing_algorithms) {
        auto key = co_await make(seal, work, {algorithm, signs_from}, deadline);
        if (!key) co_return forward(key);
        const Time others_end = others == Others::kept ? signs_from + kept_after : now - std::chrono::minutes(1);
        if (auto done = co_await insert_key(transaction, *key, others_end); !done) co_return forward(done);
    }
    co_return co_await list_keys(transaction);
}

Task<Result<jwt::PrivateKey>> signing_key(pg::Pool& pool, const Seal& seal, jwt::Algorithm algorithm, Deadline deadline) {
    auto row = co_await find_signing_key(pool, std::string(jwt::name_of(algorithm)), deadline);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::unavailable, "try again later", "no key signs yet");
    auto der = seal.open(place_of_key((*row)->id), (*row)->sealed);
    if (!der) co_return forward(der);
    co_return jwt::PrivateKey::read(algorithm, *der);
}

}  // namespace sky::auth::oauth
