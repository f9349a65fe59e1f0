#pragma once
// Brute force: failed sign-ins are counted per (account, network), per network and per account, for a quarter of an hour from the first.
// An attempt is counted before its password is looked at and taken back when it was right, so that parallel guesses count too. The same
// wrong password again does not count. Counts live in Redis; while it is away, in this shard's memory: never open doors.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "auth/sign_in/verdicts.h"
#include "sky/async/task.h"

namespace sky::redis {
class Client;
}

namespace sky::auth {

struct Standing {
    std::int64_t pair = 0;     // this account from this network
    std::int64_t network = 0;  // any account from this network
    std::int64_t account = 0;  // this account from anywhere: slows answers, never refuses (no stranger locks anyone out)
};

// The network a client counts as: its /24 (IPv4) or /64 (IPv6); "unknown" for what is no address.
std::string network_of(std::string_view address);

// How long the answer to a failed attempt waits: 2, 4, 8, then 15 s for the pair; later for the network and the account.
std::chrono::milliseconds delay_of(const Standing& standing);

// Too many different wrong passwords: not even looked at until the quarter of an hour is over.
bool is_exhausted(const Standing& standing);

struct AttemptKey {
    std::string account;  // the address as given, normalised; known and unknown ones alike
    std::string network;
    std::string digest;  // keyed, of account, network and password
};

struct Reservation {
    Standing standing;
    bool counted = false;       // false: this very password was tried before
    bool counted_here = false;  // the same, as this shard's memory sees it
};

// Why an attempt no longer counts: the password was right (forgives the pair's failures too), or it could not be looked at.
enum class Refund { proved, not_tried };

// Counts in memory, bounded: the oldest go first.
class LocalCounts {
  public:
    explicit LocalCounts(std::size_t capacity);
    ~LocalCounts();
    Reservation reserve(const AttemptKey& key, Moment now);
    void refund(const AttemptKey& key, const Reservation& reservation, Refund why, Moment now);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class Attempts {
  public:
    explicit Attempts(redis::Client* redis);  // null: no Redis is configured
    Task<Reservation> reserve(const AttemptKey& key);
    Task<void> refund(const AttemptKey& key, const Reservation& reservation, Refund why);

  private:
    redis::Client* redis_;
    LocalCounts local_;
};

}  // namespace sky::auth
