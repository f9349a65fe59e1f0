#pragma once
// argon2id by libsodium, and foreign hashes until they are replaced, on a pool of threads that bounds both CPU and memory (threads ×
// HashCost::memory).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sign_in/verifiers.h"
#include "auth/store/passwords.h"
#include "sky/async/offload.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/sasl/scram.h"

namespace sky::auth {

inline constexpr std::size_t shortest_password = 10, longest_password = 1024;

// What a new password must be: UTF-8 without control characters, at least 10 characters, at most 1,024 octets. The error may be shown.
Result<void> check_new_password(std::string_view password);

class Passwords {
  public:
    // Blocks for one hash: makes the verifier that stands in for accounts that don't exist. The pool outlives this.
    Passwords(OffloadPool& pool, HashCost cost);

    // The verifier to store ("$argon2id$…"). Fault::unavailable when the pool is full.
    Task<Result<std::string>> hash(std::string password, Deadline deadline) const;

    // SCRAM's verifier beside it, as libs/sasl writes it; empty for a password that SCRAM can't carry (code points newer than SASLprep).
    Task<Result<std::string>> scram(sasl::ScramHash hash, std::string password, std::string salt, Deadline deadline) const;

    // Both, as they are stored; an empty salt: no SCRAM.
    Task<Result<MainCredential>> credential(std::string password, std::string salt, Deadline deadline) const;

    // The place of the verifier that the password proves, or -1. Without verifiers, or with foreign ones that do not prove it, the same
    // work is done for nothing, so that the time tells a stranger no names. Fault::unavailable when the pool is full.
    Task<Result<int>> verify(std::vector<std::string> verifiers, std::string password, Deadline deadline) const;

    const HashCost& cost() const { return cost_; }

  private:
    OffloadPool& pool_;
    HashCost cost_;
    std::string stand_in_;
};

}  // namespace sky::auth
