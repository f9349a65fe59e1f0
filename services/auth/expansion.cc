#include "auth/expansion.h"

#include <algorithm>

namespace sky::auth {

void Expansion::place(Destination destination) {
    if (std::ranges::find(destinations_, destination) == destinations_.end()) destinations_.push_back(std::move(destination));
}

void Expansion::answer(const std::vector<Route>& routes) {
    wanted_.clear();
    if (depth_ == 0 && !routes.empty()) {
        first_ = routes.front();
        seen_.insert(first_.address);
        if (first_.verdict == Route::Verdict::forbidden) return;
    }
    for (const auto& route : routes) {
        switch (route.kind) {
            case Route::Kind::remote:
                place({TenantId{}, AccountId{}, route.address});
                break;
            case Route::Kind::mailbox:
                place({route.home ? route.home : route.tenant, route.account, route.is_public ? route.address : route.primary,
                       route.is_public});
                break;
            case Route::Kind::closed:
                met_closed_ = true;
                break;
            case Route::Kind::unknown:
                break;  // an alias may outlive what it led to
            case Route::Kind::alias:
                for (const auto& target : route.targets)
                    if (seen_.insert(target).second) wanted_.push_back(target);
        }
    }
    if (++depth_ > deepest_alias && !wanted_.empty()) too_many_ = true;
    if (destinations_.size() + wanted_.size() > most_targets) too_many_ = true;
    if (too_many_) wanted_.clear();
}

Resolution Expansion::finish() && {
    Resolution out{.tenant = first_.tenant,
                   .how = first_.how,
                   .matched = first_.matched,
                   .detail = first_.detail,
                   .sender_matters = first_.sender_matters,
                   .verdict = first_.verdict};
    if (first_.verdict == Route::Verdict::forbidden) {
        out.kind = Resolution::Kind::refused;
    } else if (too_many_) {
        out.kind = Resolution::Kind::refused;
        out.too_many = true;
    } else if (first_.kind == Route::Kind::remote) {
        out.kind = Resolution::Kind::remote;
    } else if (!destinations_.empty()) {
        out.kind = Resolution::Kind::local;
        out.destinations = std::move(destinations_);
    } else {
        out.kind = met_closed_ ? Resolution::Kind::refused : Resolution::Kind::unknown;
    }
    return out;
}

}  // namespace sky::auth
