#include "auth/rpc/new_password.h"

#include <algorithm>
#include <functional>

#include "auth/store/tenants.h"

namespace sky::auth {
namespace {
Result<void> check_rules(const AuthShard& shard, const NewPasswordOf& of, const std::string& password) {
    if (auto good = check_new_password(password); !good) return forward(good);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    if (std::ranges::count_if(password, std::not_fn(continues)) < of.tenant.shortest_password)
        return unexpected(Fault::syntax, "the password is shorter than " + std::to_string(of.tenant.shortest_password) + " characters");
    if (is_mostly_own(password, of.address, of.display_name))
        return unexpected(Fault::syntax, "the password is too much like the address or the name: choose another one");
    if (shard.breached().contains(password))
        return unexpected(Fault::syntax, "the password is on a list of stolen passwords: choose another one");
    return {};
}

Task<Result<void>> check_history(AuthShard& shard, const NewPasswordOf& of, const std::string& password, Deadline deadline) {
    if (!of.account || of.tenant.password_history == 0) co_return Result<void>{};
    auto old = co_await find_last_verifiers(shard.pool(), of.tenant.id, of.account, of.tenant.password_history, deadline);
    if (!old) co_return forward(old);
    if (old->empty()) co_return Result<void>{};
    auto found = co_await shard.passwords().verify(std::move(*old), password, deadline);
    if (!found) co_return forward(found);
    if (*found >= 0) co_return unexpected(Fault::syntax, "the password was used before: choose another one");
    co_return Result<void>{};
}
}  // namespace

Task<Result<MainCredential>> store_password(AuthShard& shard, NewPasswordOf of, std::string password, Deadline deadline) {
    if (auto good = check_rules(shard, of, password); !good) co_return forward(good);
    if (auto fresh = co_await check_history(shard, of, password, deadline); !fresh) co_return forward(fresh);
    co_return co_await shard.passwords().credential(std::move(password), of.tenant.scram_for_main ? of.scram_salt : std::string(),
                                                    deadline);
}

}  // namespace sky::auth
