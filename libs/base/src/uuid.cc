#include "sky/base/uuid.h"

#include <algorithm>
#include <cstring>

#include "sky/base/encode.h"

namespace sky {

std::string Uuid::text() const {
    std::string hex = hex_encode(bytes());
    for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
    return hex;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
    std::string hex(text);
    std::erase(hex, '-');
    const auto octets = hex_decode(hex);
    return octets ? from_bytes(*octets) : std::nullopt;
}

std::optional<Uuid> Uuid::from_bytes(std::string_view sixteen) {
    Uuid id;
    if (sixteen.size() != id.octets.size()) return std::nullopt;
    std::memcpy(id.octets.data(), sixteen.data(), sixteen.size());
    return id;
}

Uuid new_uuid(Time now) {
    Uuid id = *Uuid::from_bytes(random_bytes(16));
    auto millis = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    for (int i = 5; i >= 0; --i, millis >>= 8) id.octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(millis);
    id.octets[6] = static_cast<std::uint8_t>(0x70 | (id.octets[6] & 0x0F));
    id.octets[8] = static_cast<std::uint8_t>(0x80 | (id.octets[8] & 0x3F));
    return id;
}

}  // namespace sky
