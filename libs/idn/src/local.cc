#include "sky/idn/local.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::idn {
namespace {
constexpr std::size_t longest_input = 1024;

bool is_visible(UChar32 c) {
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL)) return false;
    switch (u_charType(c)) {
        case U_UNASSIGNED:
        case U_PRIVATE_USE_CHAR:
        case U_SURROGATE:
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_SPACE_SEPARATOR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR:
            return false;
        default:
            return true;
    }
}

// RFC 5893 §2, conditions 1 to 4, for the whole local part: once a right-to-left letter occurs, everything reads that way.
bool has_one_direction(const icu::UnicodeString& text) {
    bool right_to_left = false, left_to_right = false, european = false, arabic = false;
    UCharDirection first = U_DIR_NON_SPACING_MARK, last = U_DIR_NON_SPACING_MARK;
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const auto direction = u_charDirection(text.char32At(i));
        if (i == 0) first = direction;
        if (direction != U_DIR_NON_SPACING_MARK) last = direction;
        right_to_left |= direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC || direction == U_ARABIC_NUMBER;
        left_to_right |= direction == U_LEFT_TO_RIGHT;
        european |= direction == U_EUROPEAN_NUMBER;
        arabic |= direction == U_ARABIC_NUMBER;
    }
    if (!right_to_left) return true;
    const bool begins = first == U_RIGHT_TO_LEFT || first == U_RIGHT_TO_LEFT_ARABIC;
    const bool ends = last == U_RIGHT_TO_LEFT || last == U_RIGHT_TO_LEFT_ARABIC || last == U_EUROPEAN_NUMBER || last == U_ARABIC_NUMBER;
    return begins && ends && !left_to_right && !(european && arabic);
}

// Folding can undo the normal form and the normal form can make new letters to fold: repeated until nothing changes.
bool fold(icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(status);
    for (int round = 0; round < 4 && U_SUCCESS(status); ++round) {
        icu::UnicodeString folded = nfc->normalize(text, status);
        folded.foldCase();
        folded = nfc->normalize(folded, status);
        if (U_SUCCESS(status) && folded == text) return true;
        text = std::move(folded);
    }
    return false;
}
}  // namespace

Result<std::string> normalise_local(std::string_view local) {
    if (local.size() > longest_input) return unexpected(Fault::syntax, "the local part is too long");
    if (std::ranges::all_of(local, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return ascii::to_lower(local);
    if (!ascii::is_utf8(local)) return unexpected(Fault::syntax, "the local part is not UTF-8");
    auto text = icu::UnicodeString::fromUTF8({local.data(), static_cast<int32_t>(local.size())});
    // Before and after: folding may drop what it should not have been given, and the result is what will be seen.
    const auto all_visible = [&text] {
        for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
            if (!is_visible(text.char32At(i))) return false;
        return true;
    };
    if (!all_visible()) return unexpected(Fault::syntax, "the local part has a character that can't be seen or has no meaning");
    if (!fold(text) || !all_visible()) return unexpected(Fault::syntax, "the local part has no normal form");
    if (u_getCombiningClass(text.char32At(0)) != 0 || (U_GET_GC_MASK(text.char32At(0)) & U_GC_M_MASK) != 0)
        return unexpected(Fault::syntax, "the local part begins with a combining character");
    if (!has_one_direction(text)) return unexpected(Fault::syntax, "the local part mixes writing directions");
    std::string out;
    text.toUTF8String(out);
    return out;
}

}  // namespace sky::idn
