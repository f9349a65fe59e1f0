#pragma once
// Sign-ins on their way to the record (directory.sign_in): counted here by kind and minute, written together about once a second, so that a
// storm of them costs one statement. What is not written yet when the process dies is lost: sign-ins are no mail.
#include <chrono>
#include <map>
#include <string>

#include "sky/pg/pool.h"

namespace sky::auth {

struct SignInKind {
    std::int64_t minute = 0;  // since 1970
    std::string address, protocol, mechanism, remote, outcome;
    auto operator<=>(const SignInKind&) const = default;
};

class Journal {
  public:
    // Beyond so many kinds at once, new ones are only counted as lost.
    static constexpr std::size_t most_kinds = 10'000;

    void note(SignInKind kind);
    std::size_t waiting() const { return counts_.size(); }
    std::int64_t lost() const { return lost_; }

    // Writes what waits; what can't be written waits on.
    Task<Result<void>> flush(pg::Pool& pool, pg::Deadline deadline);

  private:
    std::map<SignInKind, std::int32_t> counts_;
    std::int64_t lost_ = 0;
};

}  // namespace sky::auth
