// Any octets of a server, in two pieces: the decoder neither crashes nor says something else than for one piece.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/codec.h"

namespace {

std::size_t replies(sky::redis::Decoder& decoder, bool& good) {
    std::size_t count = 0;
    for (;;) {
        auto value = decoder.next();
        good = value.has_value();
        if (!good || !*value) return count;
        ++count;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // hiredis allocates an array's slots when it reads its length; a trusted server's lengths are not limited here.
    std::size_t digits = 0;
    for (const char c : bytes) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits > 5) return 0;
    }
    bool whole_good = true, halves_good = true;
    sky::redis::Decoder whole, halves;
    whole.feed(bytes);
    const std::size_t expected = replies(whole, whole_good);
    halves.feed(bytes.substr(0, size / 2));
    std::size_t seen = replies(halves, halves_good);
    if (halves_good) {
        halves.feed(bytes.substr(size / 2));
        seen += replies(halves, halves_good);
    }
    if (seen != expected || whole_good != halves_good) std::abort();
    return 0;
}
