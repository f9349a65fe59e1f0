#include "auth/rpc/new_password.h"

#include <algorithm>
#include <functional>

#include "auth/store/tenants.h"

namespace sky::auth {

Task<Result<StoredPassword>> store_password(AuthShard& shard, const TenantRow& tenant, const std::string& salt, const std::string& password,
                                            Deadline deadline) {
    if (auto good = check_new_password(password); !good) co_return forward(good);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    if (std::ranges::count_if(password, std::not_fn(continues)) < tenant.shortest_password)
        co_return unexpected(Fault::syntax, "the password is shorter than " + std::to_string(tenant.shortest_password) + " characters");
    StoredPassword out;
    auto verifier = co_await shard.passwords().hash(password, deadline);
    if (!verifier) co_return forward(verifier);
    out.verifier = std::move(*verifier);
    if (!tenant.scram_for_main) co_return out;
    auto sha256 = co_await shard.passwords().scram(sasl::ScramHash::sha256, password, salt, deadline);
    if (!sha256) co_return forward(sha256);
    auto sha1 = co_await shard.passwords().scram(sasl::ScramHash::sha1, password, salt, deadline);
    if (!sha1) co_return forward(sha1);
    out.scram_sha256 = std::move(*sha256);
    out.scram_sha1 = std::move(*sha1);
    co_return out;
}

}  // namespace sky::auth
