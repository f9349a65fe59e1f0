#include "auth/sign_in/code_check.h"

#include "auth/sign_in/verdicts.h"
#include "auth/store/second_factors.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {
constexpr std::string_view recovery_purpose = "recovery-code";

std::string digest_under(std::string_view key, AccountId account, std::string_view code) {
    return hex_encode(keyed_digest(key, {std::to_string(account.value), plain_recovery_code(code)}));
}
}  // namespace

SealedFor totp_place(TenantId tenant, const std::string& account_text) { return {"totp", tenant, account_text}; }

std::string recovery_digest(const Seal& seal, AccountId account, std::string_view code) {
    return digest_under(seal.derive(recovery_purpose), account, code);
}

Task<Result<bool>> check_code(pg::Pool& pool, const Seal& seal, TenantId tenant, AccountId account, std::string code, Deadline deadline) {
    auto found = co_await find_second_factor(pool, tenant, account, deadline);
    if (!found) co_return forward(found);
    if (!*found || !(*found)->confirmed) co_return false;
    if (looks_like_totp(code)) {
        const std::string object = std::to_string(account.value);
        auto secret = seal.open(totp_place(tenant, object), (*found)->sealed);
        if (!secret) co_return forward(secret);
        const auto step = proved_step(*secret, code, std::chrono::system_clock::now(), (*found)->last_step);
        if (!step) co_return false;
        co_return co_await spend_step(pool, tenant, account, *step, deadline);
    }
    for (const auto& key : seal.derive_all(recovery_purpose)) {
        auto spent = co_await spend_recovery_code(pool, tenant, account, digest_under(key, account, code), deadline);
        if (!spent || *spent) co_return spent;
    }
    co_return false;
}

}  // namespace sky::auth
