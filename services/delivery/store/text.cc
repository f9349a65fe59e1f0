#include "delivery/store/text.h"

#include "sky/base/ascii.h"

namespace sky::delivery::store {

std::string text(const std::string& octets) {
    constexpr std::size_t limit = 1000;
    if (!ascii::is_utf8(octets) || octets.find('\0') != std::string::npos) return ascii::printable(octets, limit);
    if (octets.size() <= limit) return octets;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(octets[end]) & 0xC0) == 0x80) --end;  // not within a character
    return octets.substr(0, end);
}

}  // namespace sky::delivery::store
