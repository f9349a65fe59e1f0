#pragma once
// UUIDs (RFC 9562). Version 7 carries the time in front, so that rows made together lie together.
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/clock.h"

namespace sky {

struct Uuid {
    std::array<std::uint8_t, 16> octets{};
    auto operator<=>(const Uuid&) const = default;
    std::string text() const;  // 8-4-4-4-12, lower case
    std::string_view bytes() const { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }
    static std::optional<Uuid> parse(std::string_view text);  // either case, hyphens required
    static std::optional<Uuid> from_bytes(std::string_view sixteen);
};

// A new version 7 UUID (RFC 9562 §5.7) for this moment.
Uuid new_uuid(Time now);

}  // namespace sky
