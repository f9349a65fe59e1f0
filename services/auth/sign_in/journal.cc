#include "auth/sign_in/journal.h"

#include <utility>
#include <vector>

namespace sky::auth {
namespace {
constexpr pg::Statement log_them{"directory.log_sign_ins", "select directory.log_sign_ins($1, $2, $3, $4, $5, $6, $7)"};
}  // namespace

void Journal::note(SignInKind kind) {
    if (counts_.size() >= most_kinds && !counts_.contains(kind)) {
        ++lost_;
        return;
    }
    ++counts_[std::move(kind)];
}

Task<Result<void>> Journal::flush(pg::Pool& pool, pg::Deadline deadline) {
    if (counts_.empty()) co_return Result<void>{};
    const auto taken = std::exchange(counts_, {});
    std::vector<Time> minutes;
    std::vector<std::int32_t> counts;
    std::vector<std::string> addresses, protocols, mechanisms, remotes, outcomes;
    for (const auto& [kind, count] : taken) {
        minutes.push_back(Time(std::chrono::minutes(kind.minute)));
        addresses.push_back(kind.address);
        protocols.push_back(kind.protocol);
        mechanisms.push_back(kind.mechanism);
        remotes.push_back(kind.remote);
        outcomes.push_back(kind.outcome);
        counts.push_back(count);
    }
    auto done = co_await pool.query(TenantId{}, log_them, pg::params(minutes, addresses, protocols, mechanisms, remotes, outcomes, counts),
                                    deadline);
    if (done) co_return Result<void>{};
    for (const auto& [kind, count] : taken)
        if (counts_.size() < most_kinds || counts_.contains(kind)) counts_[kind] += count;
    co_return forward(done);
}

}  // namespace sky::auth
