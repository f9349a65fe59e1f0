#include "auth/oauth/key_plan.h"

#include <algorithm>

namespace sky::auth::oauth {

std::chrono::seconds lead_of(std::chrono::seconds life) { return std::min<std::chrono::seconds>(std::chrono::hours(24), life / 4); }

std::vector<NewKey> missing_keys(std::span<const KeyTimes> keys, std::chrono::seconds life, Time now) {
    std::vector<NewKey> out;
    for (const auto algorithm : signing_algorithms) {
        std::optional<Time> newest;
        for (const auto& key : keys)
            if (key.algorithm == algorithm && (!newest || key.signs_from > *newest)) newest = key.signs_from;
        if (!newest)
            out.push_back({algorithm, now - std::chrono::minutes(1)});  // clocks of hosts differ a little
        else if (now >= *newest + life - lead_of(life))
            out.push_back({algorithm, std::max(*newest + life, now + lead_of(life))});  // later when nobody looked for long
    }
    return out;
}

}  // namespace sky::auth::oauth
