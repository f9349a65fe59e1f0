#pragma once
// The grammar of SKYBRIDGE_FAILPOINT: name=action[:seconds][@nth], separated by ";" or line ends.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::failpoint {

struct Action {
    enum class Kind { none, crash, error, wait };
    Kind kind = Kind::none;
    std::chrono::milliseconds wait{0};
};

struct Point {
    std::string name;
    Action action;
    std::uint64_t only_hit = 0;  // 0: every hit
};

Result<std::vector<Point>> parse(std::string_view specification);

}  // namespace sky::failpoint
