#pragma once
// What a photo may be.
#include <cstddef>
#include <string>
#include <string_view>

namespace sky::auth {

inline constexpr std::size_t largest_photo = 131'072;

// image/jpeg, image/png; empty for other octets.
inline std::string photo_type(std::string_view octets) {
    using namespace std::string_view_literals;
    if (octets.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
    return octets.starts_with("\x89PNG\r\n\x1A\n"sv) ? "image/png" : "";
}

}  // namespace sky::auth
