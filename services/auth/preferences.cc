#include "auth/preferences.h"

#include <unicode/ucal.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace sky::auth {
namespace {
constexpr std::size_t longest = 64;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0; });
}

// The system's database is kept fresh; ICU's own is as old as ICU.
bool is_installed(std::string_view zone) {
    const bool plain =
        zone.front() != '/' && std::ranges::all_of(zone, [](char c) {
            return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '/' || c == '_' || c == '+' || c == '-';
        });
    if (!plain) return false;
    std::ifstream file("/usr/share/zoneinfo/" + std::string(zone), std::ios::binary);
    char magic[4] = {};
    return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "TZif";  // RFC 8536 §3.1
}

std::string from_utf16(const UChar* text, std::int32_t length) {
    std::string out;
    for (std::int32_t i = 0; i < length; ++i) out += text[i] < 0x80 ? static_cast<char>(text[i]) : '?';
    return out;
}
}  // namespace

Result<std::string> canonical_language(std::string_view tag) {
    const Error bad{.fault = Fault::syntax, .text = "the language is a tag like en-AU", .reason = {}};
    if (tag.empty() || tag.size() > longest || !is_ascii(tag)) return unexpected(bad);
    char locale[ULOC_FULLNAME_CAPACITY], out[ULOC_FULLNAME_CAPACITY];
    std::int32_t read = 0;
    UErrorCode status = U_ZERO_ERROR;
    const std::string text(tag);
    uloc_forLanguageTag(text.c_str(), locale, sizeof locale, &read, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || static_cast<std::size_t>(read) != text.size())
        return unexpected(bad);
    constexpr UBool strictly = 1;
    const std::int32_t length = uloc_toLanguageTag(locale, out, sizeof out, strictly, &status);
    if (U_FAILURE(status) || length <= 0 || static_cast<std::size_t>(length) > longest) return unexpected(bad);
    return std::string(out, static_cast<std::size_t>(length));
}

Result<std::string> canonical_time_zone(std::string_view name) {
    const Error bad{.fault = Fault::syntax, .text = "there is no time zone of this name; one is Australia/Melbourne", .reason = {}};
    if (name.empty() || name.size() > longest || !is_ascii(name)) return unexpected(bad);
    if (is_installed(name)) return std::string(name);
    const std::u16string asked(name.begin(), name.end());
    const auto size = static_cast<std::int32_t>(asked.size());
    UChar out[longest + 1];
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = ucal_getTimeZoneIDForWindowsID(asked.c_str(), size, nullptr, out, longest, &status);
    if (U_SUCCESS(status) && length > 0) return from_utf16(out, length);
    return unexpected(bad);
}

}  // namespace sky::auth
