#pragma once
// When keys come and go. The next key is shown a while before it signs, so that whoever keeps our keys has it by then; one of before is
// shown until what it signed has ended. Pure.
#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "sky/base/clock.h"
#include "sky/jwt/key.h"

namespace sky::auth::oauth {

inline constexpr jwt::Algorithm signing_algorithms[] = {jwt::Algorithm::es256, jwt::Algorithm::rs256};

struct KeyTimes {
    jwt::Algorithm algorithm;
    Time signs_from;
};

struct NewKey {
    jwt::Algorithm algorithm;
    Time signs_from;
};

// How long before it signs a key is shown: a day, or a quarter of its life.
std::chrono::seconds lead_of(std::chrono::seconds life);
// How long after the next one signs it is still shown.
inline constexpr std::chrono::hours kept_after{24};

// The keys that are missing now.
std::vector<NewKey> missing_keys(std::span<const KeyTimes> keys, std::chrono::seconds life, Time now);

}  // namespace sky::auth::oauth
