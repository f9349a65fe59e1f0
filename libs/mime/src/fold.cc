#include "sky/mime/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <vector>

namespace sky::mime {
namespace {

constexpr UChar32 end_of_plane = 0x10000;

bool is_hangul_syllable(UChar32 c) { return c >= 0xAC00 && c <= 0xD7A3; }

void put(std::string& out, UChar32 c) {
    std::array<char, U8_MAX_LENGTH> octets{};
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(octets.data(), size, c);
    out.append(octets.data(), static_cast<std::size_t>(size));
}

// Titlecase, then the decomposition property, and again for what comes out. Hangul syllables have no such property: theirs is arithmetic.
// The property is never deeper than a few steps, so the stack is short.
void map(std::string& out, UChar32 character) {
    static const UNormalizer2* const decomposer = [] {
        UErrorCode error = U_ZERO_ERROR;
        return unorm2_getNFKDInstance(&error);
    }();
    std::vector<UChar32> left{character};
    while (!left.empty()) {
        const UChar32 c = u_totitle(left.back());
        left.pop_back();
        std::array<UChar, 64> parts{};
        UErrorCode error = U_ZERO_ERROR;
        const auto size = is_hangul_syllable(c)
                              ? -1
                              : unorm2_getRawDecomposition(decomposer, c, parts.data(), static_cast<std::int32_t>(parts.size()), &error);
        if (size < 0 || U_FAILURE(error)) {
            put(out, c);
            continue;
        }
        const std::size_t first = left.size();
        for (std::int32_t i = 0; i < size;) {
            UChar32 part = 0;
            U16_NEXT(parts.data(), i, size, part);
            left.insert(left.begin() + static_cast<std::ptrdiff_t>(first), part);
        }
    }
}

// What the characters of the first plane become; asking ICU for each would cost ten times the rest.
struct Plane {
    std::vector<std::uint32_t> start;  // in `text`; one more than there are characters
    std::string text;

    Plane() : start(end_of_plane + 1) {
        for (UChar32 c = 0; c < end_of_plane; ++c) {
            start[static_cast<std::size_t>(c)] = static_cast<std::uint32_t>(text.size());
            if (U_IS_SURROGATE(c)) continue;  // no UTF-8
            map(text, c);
        }
        start[end_of_plane] = static_cast<std::uint32_t>(text.size());
    }
    std::string_view of(UChar32 c) const {
        const auto at = static_cast<std::size_t>(c);
        return std::string_view(text).substr(start[at], start[at + 1] - start[at]);
    }
};

}  // namespace

std::string fold_case(std::string_view utf8) {
    static const Plane plane;
    std::string out;
    out.reserve(utf8.size() + utf8.size() / 8);
    const auto size = static_cast<std::int32_t>(utf8.size());
    for (std::int32_t at = 0; at < size;) {
        const auto lead = static_cast<unsigned char>(utf8[static_cast<std::size_t>(at)]);
        if (lead < 0x80) {
            out.push_back(lead >= 'a' && lead <= 'z' ? static_cast<char>(lead - 32) : static_cast<char>(lead));
            ++at;
            continue;
        }
        const std::int32_t begin = at;
        UChar32 c = 0;
        U8_NEXT(utf8.data(), at, size, c);
        if (c < 0)
            out.append(utf8.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
        else if (c < end_of_plane)
            out += plane.of(c);
        else
            map(out, c);
    }
    return out;
}

}  // namespace sky::mime
