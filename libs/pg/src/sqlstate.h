#pragma once
#include <string_view>

#include "sky/base/result.h"

namespace sky::pg {

// The fault that a SQLSTATE stands for (see pool.h).
Fault fault_of(std::string_view sqlstate);

}  // namespace sky::pg
