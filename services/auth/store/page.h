#pragma once
#include <cstdint>
#include <string>

namespace sky::auth {

// Part of a list: up to `size` rows whose name is above `after`.
struct Page {
    std::int32_t size = 100;
    std::string after;
};

}  // namespace sky::auth
