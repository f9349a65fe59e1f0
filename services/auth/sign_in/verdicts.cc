#include "auth/sign_in/verdicts.h"

#include <sodium.h>

#include <cstring>

namespace sky::auth {

std::string keyed_digest(std::string_view key, std::initializer_list<std::string_view> parts) {
    crypto_generichash_state state;
    const auto octets = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    crypto_generichash_init(&state, octets(key), key.size(), crypto_generichash_BYTES);
    for (auto part : parts) {
        const std::uint64_t size = part.size();
        unsigned char length[sizeof size];
        std::memcpy(length, &size, sizeof size);
        crypto_generichash_update(&state, length, sizeof length);
        crypto_generichash_update(&state, octets(part), part.size());
    }
    std::string out(crypto_generichash_BYTES, '\0');
    crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(out.data()), out.size());
    return out;
}

std::string Verdicts::digest(AccountId account, std::string_view password, std::string_view verifier) const {
    return keyed_digest(key_, {std::to_string(account.value), password, verifier});
}

bool Verdicts::proved(const std::string& digest, Moment now) {
    forget_old(now);
    return proved_.contains(digest);
}

void Verdicts::remember(std::string digest, Moment now) {
    if (!proved_.insert(digest).second) return;  // its life is not prolonged: the password is proved again now and then
    by_age_.emplace_back(now + life_, std::move(digest));
    forget_old(now);
}

void Verdicts::forget_old(Moment now) {
    while (!by_age_.empty() && (by_age_.front().first <= now || by_age_.size() > capacity_)) {
        proved_.erase(by_age_.front().second);
        by_age_.pop_front();
    }
}

}  // namespace sky::auth
