// Any octets, in pieces of two sizes, resting between them: the same comes out, and no more than there is room for.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sky/deflate/inflater.h"

namespace {

constexpr std::size_t enough = 1 << 20;

std::string all(std::string_view encoded, std::size_t piece, std::size_t room) {
    sky::deflate::Inflater inflater;
    std::string out, into(room, '\0');
    while (!encoded.empty() && out.size() < enough) {
        std::string_view some = encoded.substr(0, piece);
        encoded.remove_prefix(some.size());
        for (;;) {
            const auto made = inflater.inflate(some, into);
            if (!made || out.size() >= enough) return out;
            if (*made > room) std::abort();
            if (*made == 0) break;
            out.append(into, 0, *made);
        }
        inflater.rest();
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view encoded(reinterpret_cast<const char*>(data), size);
    const std::string a = all(encoded, 1, 7), b = all(encoded, size + 1, 4096);
    const std::size_t both = std::min(a.size(), b.size());
    if (a.compare(0, both, b, 0, both) != 0) std::abort();
    return 0;
}
