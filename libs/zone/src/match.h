#pragma once
// When two values of a record do the same.
#include <string_view>

#include "sky/zone/expected.h"

namespace sky::zone {

// The live value serves where `expected` should stand.
bool serves(const Record& expected, std::string_view live);

// The live value is of the same kind, so that it disturbs when it does not serve: a second SPF record beside ours does, another TXT does
// not.
bool is_of_kind(const Record& expected, std::string_view live);

}  // namespace sky::zone
