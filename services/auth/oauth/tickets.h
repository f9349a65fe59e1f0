#pragma once
// What a page carries away and brings back: that it was shown, when, for which request and to which session. Signed with a key of the
// installation, so that any replica takes it, and nothing of it is stored. Pure.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sealing.h"
#include "sky/base/clock.h"

namespace sky::auth::oauth {

inline constexpr std::chrono::minutes approval_life{15}, begun_life{60};

class Tickets {
  public:
    explicit Tickets(const Seal& seal) : keys_(seal.derive_all("oauth-page")) {}
    // `use` keeps kinds of pages apart.
    std::string issue(std::string_view use, std::string_view request, std::string_view session, Time now) const;
    // When it was issued; empty for one that is another's, changed or older than `life`.
    std::optional<Time> check(std::string_view ticket, std::string_view use, std::string_view request, std::string_view session, Time now,
                              std::chrono::minutes life) const;

  private:
    std::vector<std::string> keys_;  // newest first
};

}  // namespace sky::auth::oauth
