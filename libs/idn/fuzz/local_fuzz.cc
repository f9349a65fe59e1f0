// A local part that is accepted has one spelling, which is its own.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/idn/local.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky;
    const auto once = idn::normalise_local({reinterpret_cast<const char*>(data), size});
    if (!once) return 0;
    if (const auto twice = idn::normalise_local(*once); !twice || *twice != *once) std::abort();
    return 0;
}
