#include "sky/mime/fold.h"

#include "sky/base/ascii.h"

namespace sky::mime {
namespace {

// Two-octet characters only (up to U+07FF): that is where the cased scripts in common use live, and folding never changes the length.
unsigned fold(unsigned c) {
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17F) return c;
    if (c == 0x178) return 0xFF;
    const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if (odd_is_upper) return c % 2 == 1 ? c + 1 : c;
    if ((c >= 0x100 && c <= 0x177) || (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F)) return c | 1U;
    return c;
}

}  // namespace

std::string fold_case(std::string_view utf8) {
    std::string out(utf8);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto lead = static_cast<unsigned char>(out[i]);
        if (lead < 0x80) {
            out[i] = ascii::lower(out[i]);
        } else if (lead >= 0xC2 && lead < 0xE0 && i + 1 < out.size()) {
            const auto folded = fold((lead & 0x1FU) << 6 | (static_cast<unsigned char>(out[i + 1]) & 0x3FU));
            out[i] = static_cast<char>(0xC0 | folded >> 6);
            out[++i] = static_cast<char>(0x80 | (folded & 0x3F));
        }
    }
    return out;
}

}  // namespace sky::mime
