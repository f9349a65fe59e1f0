// First two octets the type, the rest its data: what is taken has a text, and no name in it grows without bound.
#include <cstdint>
#include <cstdlib>

#include "sky/dns/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::dns;
    if (size < 2) return 0;
    const auto type = static_cast<Type>(data[0] << 8 | data[1]);
    const auto parsed = parse_data(type, {reinterpret_cast<const char*>(data) + 2, size - 2});
    if (!parsed) return 0;
    if (text(*parsed).empty() || text(*parsed).size() > 4 * size + 64) std::abort();
    return 0;
}
