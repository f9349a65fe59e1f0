#pragma once
// The shell around the commands: redirect of well-known addresses, sign-in, routing, counting. One a shard.
#include <functional>
#include <unordered_set>

#include "groupware/call.h"
#include "groupware/commands.h"

namespace sky::groupware {

class Session {
  public:
    using Prove = std::function<Task<Result<identity::Principal>>(const http::Request&, Deadline)>;
    Session(calstore::CalStore store, Policy policy, Prove prove) : store_(store), policy_(policy), prove_(std::move(prove)) {}

    Task<http::Response> answer(http::Request request);
    std::size_t active() const { return active_; }  // requests at hand

  private:
    Task<http::Response> dispatch(const http::Request& request, const Command* command, Deadline deadline);
    Task<Result<void>> ensure(const identity::Principal& who, Deadline deadline);

    calstore::CalStore store_;
    Policy policy_;
    Prove prove_;
    std::size_t active_ = 0;
    std::unordered_set<std::int64_t> ensured_;  // accounts known to have their row
};

}  // namespace sky::groupware
