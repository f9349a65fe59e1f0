#pragma once
// When a recipient is tried again.
#include <chrono>

namespace sky::delivery {

struct Schedule {
    std::chrono::milliseconds first{std::chrono::minutes{5}};
    std::chrono::milliseconds most{std::chrono::minutes{70}};
    std::chrono::milliseconds life{std::chrono::hours{24 * 5}};
    std::chrono::milliseconds bounce_life{std::chrono::hours{24 * 2}};  // of mail from <>
    std::chrono::milliseconds held_life{std::chrono::hours{24 * 5}};    // of what waits for a moderator
};

// The pause after the attempt number `attempts` (from 1): doubling from first to most, then spread by up to a fifth either way so that
// what failed together does not come back together. `random` is within [0, 1).
std::chrono::milliseconds pause_after(const Schedule& schedule, int attempts, double random);

}  // namespace sky::delivery
