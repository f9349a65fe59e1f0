#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/imap-proto/mutf7.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto name = sky::imap::decode_mutf7(input))
        if (!sky::ascii::is_utf8(*name) || sky::imap::encode_mutf7(*name) != input) std::abort();
    const bool round_trip = sky::ascii::is_utf8(input) && input.find('\0') == std::string_view::npos;
    const auto back = sky::imap::decode_mutf7(sky::imap::encode_mutf7(input));
    if (round_trip && back != input) std::abort();
    return 0;
}
