#pragma once
// How the sort keys of a message stand in mail.email.
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sky/mime/sort_keys.h"

namespace sky::mailstore {

// A date that is null, where dates travel as microseconds.
inline constexpr std::int64_t no_date = std::numeric_limits<std::int64_t>::min();

std::string pack_refs(const std::vector<std::int64_t>& refs);  // 8 octets each
std::vector<std::int64_t> unpack_refs(std::string_view packed);

mime::SortKeys keys_of_header(std::string_view header);

}  // namespace sky::mailstore
