#include "cache.h"

#include <algorithm>

namespace sky::identity {

const Cache::Item* Cache::find(const std::string& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return nullptr;
    items_.splice(items_.begin(), items_, at->second);
    return &items_.front();
}

void Cache::store(std::string key, Recipient recipient, Deadline now, Deadline until) {
    drop(key);
    if (most_ == 0) return;
    if (items_.size() >= most_) {
        index_.erase(items_.back().key);
        items_.pop_back();
    }
    items_.push_front({std::move(key), std::move(recipient), now, until});
    index_[items_.front().key] = items_.begin();
}

template <class Matches>
void Cache::forget_if(Matches matches) {
    for (auto at = items_.begin(); at != items_.end();) {
        if (!matches(*at)) {
            ++at;
            continue;
        }
        index_.erase(at->key);
        at = items_.erase(at);
    }
}

void Cache::drop(const std::string& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return;
    const auto item = at->second;
    index_.erase(at);
    items_.erase(item);
}

void Cache::forget(const std::string& address) {
    drop(address);
    const std::string_view local = std::string_view(address).substr(0, address.rfind('@'));
    forget_if([&address, local](const Item& item) {
        const Recipient& known = item.recipient;
        const bool derived = known.kind == Recipient::Kind::unknown || known.how != Recipient::How::exact;
        return known.matched == address || (derived && item.key.starts_with(local));
    });
}

void Cache::forget_domain(std::string_view domain) {
    forget_if([domain](const Item& item) { return std::string_view(item.key).substr(item.key.rfind('@') + 1) == domain; });
}

void Cache::forget_account(AccountId account) {
    forget_if([account](const Item& item) {
        return std::ranges::any_of(item.recipient.targets, [account](const Target& t) { return t.account == account; });
    });
}

void Cache::clear() {
    index_.clear();
    items_.clear();
}

}  // namespace sky::identity
