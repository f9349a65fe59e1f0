// What is accepted has no member twice, and is written and read again unchanged.
#include <cstdint>
#include <cstdlib>

#include "sky/json/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = sky::json::parse_object(text);
    if (!read) return 0;
    const auto written = boost::json::serialize(*read);
    const auto again = sky::json::parse_object(written, {.octets = 1 << 24});
    if (!again || boost::json::serialize(*again) != written) std::abort();
    return 0;
}
