#include "sky/sasl/saslprep.h"

#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "sky/base/ascii.h"

namespace sky::sasl {
namespace {
// ICU's profiles are immutable and may be shared; a null one means that ICU's data is broken, and then nothing is prepared.
const UStringPrepProfile* profile() {
    static const UStringPrepProfile* const shared = [] {
        UErrorCode status = U_ZERO_ERROR;
        const UStringPrepProfile* opened = usprep_openByType(USPREP_RFC4013_SASLPREP, &status);
        return U_SUCCESS(status) ? opened : nullptr;
    }();
    return shared;
}

bool is_plain_ascii(std::string_view text) {
    for (const char c : text)
        if (c < ' ' || c > '~') return false;
    return true;
}
}  // namespace

std::optional<std::string> saslprep(std::string_view text, Prepared as) {
    if (is_plain_ascii(text)) return std::string(text);  // maps to itself
    if (text.size() > 4096 || !ascii::is_utf8(text) || !profile()) return std::nullopt;
    // UTF-16 is never more units than UTF-8 is octets; NFKC grows one unit to at most 18 (U+FDFA).
    std::u16string wide(text.size() + 1, u'\0');
    std::u16string prepared(text.size() * 18 + 1, u'\0');
    std::string out(prepared.size() * 3, '\0');
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t length = 0;
    u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(), static_cast<std::int32_t>(text.size()),
                  &status);
    UParseError where{};
    length =
        usprep_prepare(profile(), wide.data(), U_SUCCESS(status) ? length : 0, prepared.data(), static_cast<std::int32_t>(prepared.size()),
                       as == Prepared::query ? USPREP_ALLOW_UNASSIGNED : USPREP_DEFAULT, &where, &status);
    std::int32_t octets = 0;
    u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &octets, prepared.data(), U_SUCCESS(status) ? length : 0, &status);
    if (U_FAILURE(status)) return std::nullopt;
    out.resize(static_cast<std::size_t>(octets));
    return out;
}

}  // namespace sky::sasl
