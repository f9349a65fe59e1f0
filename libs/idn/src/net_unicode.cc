#include "sky/idn/net_unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::idn {

// RFC 5198 §3
Result<std::string> net_unicode(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return std::string(text);
    if (!ascii::is_utf8(text)) return unexpected(Fault::syntax, "The text is not UTF-8");
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) return unexpected(Fault::unavailable, "Names can't be compared now", u_errorName(status));
    const auto whole = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    const icu::UnicodeString normal = nfc->normalize(whole, status);
    if (U_FAILURE(status)) return unexpected(Fault::syntax, "The text has no normal form", u_errorName(status));
    std::string out;
    normal.toUTF8String(out);
    return out;
}

}  // namespace sky::idn
