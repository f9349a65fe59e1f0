#pragma once
// Everybody and every group that a directory elsewhere has, as far as they mean something here.
#include <cstdint>
#include <optional>
#include <string_view>

#include "auth/external_directory/comparison.h"
#include "auth/external_directory/directories.h"

namespace sky::auth {

inline constexpr std::size_t most_persons = 20'000;

// Where the next range of members begins: 1500 after "member;range=0-1499"; nothing after the last ("…1500-*"), and for a name without one.
std::optional<std::uint64_t> next_range(std::string_view attribute);

// The side of a comparison that is there. Faults of ldap::Client; Fault::too_large for more than `most_persons`.
Task<Result<void>> read_sides_there(Directories::Known& directory, Sides& sides, Deadline deadline);

}  // namespace sky::auth
