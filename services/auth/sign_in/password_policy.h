#pragma once
// What nobody should choose as a password. Pure, but for reading the list once.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::auth {

// Passwords that are known to attackers: 8 octets each in memory (a digest), so that long lists fit. Immutable: any thread may ask.
class BreachedPasswords {
  public:
    BreachedPasswords() = default;
    // One password a line. Blocks.
    static Result<BreachedPasswords> load(const std::string& path);
    // As it is, or in lower case.
    bool contains(std::string_view password) const;
    std::size_t size() const { return digests_.size(); }

  private:
    std::vector<std::uint64_t> digests_;  // sorted
};

// Little is left of the password without the words of the address and the name.
bool is_mostly_own(std::string_view password, std::string_view address, std::string_view display_name);

}  // namespace sky::auth
