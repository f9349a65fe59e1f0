#pragma once
// Credentials that were proved a short while ago, so that a phone that signs in each minute does not cost an argon2id each time. Only keyed
// digests are kept, under a key that lives in this process; the digest covers the stored verifier, so a password change makes all
// older verdicts unreachable at once. One shard only.
#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "sky/base/ids.h"

namespace sky::auth {

using Moment = std::chrono::steady_clock::time_point;

// BLAKE2b of the parts, each preceded by its length, under a key of 32 octets.
std::string keyed_digest(std::string_view key, std::initializer_list<std::string_view> parts);

class Verdicts {
  public:
    Verdicts(std::string key, std::size_t capacity, std::chrono::seconds life) : key_(std::move(key)), capacity_(capacity), life_(life) {}

    std::string digest(AccountId account, std::string_view password, std::string_view verifier) const;
    bool proved(const std::string& digest, Moment now);
    void remember(std::string digest, Moment now);
    std::size_t size() const { return proved_.size(); }

  private:
    void forget_old(Moment now);
    std::string key_;
    std::size_t capacity_;
    std::chrono::seconds life_;
    std::unordered_set<std::string> proved_;
    std::deque<std::pair<Moment, std::string>> by_age_;  // all live equally long, so the oldest ends first
};

}  // namespace sky::auth
