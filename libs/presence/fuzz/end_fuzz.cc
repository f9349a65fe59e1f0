// Any octets on presence:end: what is understood names someone, and its text is fit to be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto end = sky::presence::wire::read_end({reinterpret_cast<const char*>(data), size});
    if (!end) return 0;
    if (sky::presence::wire::is_empty(end->filter)) std::abort();
    for (const char c : end->text)
        if (c < ' ' || c > '~') std::abort();
    return 0;
}
