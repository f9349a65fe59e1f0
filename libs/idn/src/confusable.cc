#include "sky/idn/confusable.h"

#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <memory>

#include "sky/base/ascii.h"
#include "sky/idn/domain.h"

namespace sky::idn {
namespace {
struct Close {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

// Open and set up once; checking is const and may be done by any thread.
const USpoofChecker* checker() {
    static const std::unique_ptr<USpoofChecker, Close> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<USpoofChecker, Close> made(uspoof_open(&status));
        if (!made) std::abort();
        uspoof_setRestrictionLevel(made.get(), USPOOF_HIGHLY_RESTRICTIVE);
        uspoof_setChecks(made.get(), USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS | USPOOF_INVISIBLE, &status);
        if (U_FAILURE(status)) std::abort();
        return made;
    }();
    return instance.get();
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> suspicion(std::string_view label) {
    if (label.empty() || is_ascii(label)) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    const auto size = static_cast<int32_t>(label.size());
    const auto found = uspoof_check2UTF8(checker(), label.data(), size, nullptr, &status);
    if (U_FAILURE(status)) return std::string(label) + " can't be judged";
    if (found & USPOOF_RESTRICTION_LEVEL) return std::string(label) + " mixes scripts that are not used together";
    if (found & USPOOF_MIXED_NUMBERS) return std::string(label) + " mixes digits of several scripts";
    if (found & USPOOF_INVISIBLE) return std::string(label) + " has marks that can't be seen";
    const auto text = icu::UnicodeString::fromUTF8({label.data(), size});
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(checker(), 0, text, skeleton, &status);
    std::string looks;
    skeleton.toUTF8String(looks);
    if (U_SUCCESS(status) && is_ascii(looks)) return std::string(label) + " looks like " + looks;
    return std::nullopt;
}
}  // namespace

std::optional<std::string> looks_confusable(std::string_view text) {
    const std::string shown = to_unicode(text);
    if (!ascii::is_utf8(shown)) return std::nullopt;
    for (const auto label : ascii::split(shown, '.'))
        if (auto why = suspicion(label)) return why;
    return std::nullopt;
}

}  // namespace sky::idn
