#include "sky/idn/domain.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <memory>

#include "sky/base/ascii.h"

namespace sky::idn {
namespace {
constexpr std::size_t longest_name = 253, longest_input = 1024;

// One instance serves every thread: its methods are const. Null when ICU's data is missing, which nothing survives.
const icu::IDNA& uts46() {
    static const std::unique_ptr<const icu::IDNA> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<const icu::IDNA>(
            icu::IDNA::createUTS46Instance(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_CHECK_CONTEXTO |
                                               UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                                           status));
    }();
    if (!instance) std::abort();
    return *instance;
}

struct Complaint {
    std::uint32_t bits;
    const char* text;
};
constexpr std::array complaints{
    Complaint{UIDNA_ERROR_EMPTY_LABEL, "a label of the name is empty"},
    Complaint{UIDNA_ERROR_LABEL_TOO_LONG, "a label of the name is longer than 63 octets"},
    Complaint{UIDNA_ERROR_DOMAIN_NAME_TOO_LONG, "the name is longer than 253 octets"},
    Complaint{UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4,
              "a label begins or ends with a hyphen or has two where an encoded name has them"},
    Complaint{UIDNA_ERROR_PUNYCODE | UIDNA_ERROR_INVALID_ACE_LABEL, "a label that begins with xn-- does not stand for any name"},
    Complaint{UIDNA_ERROR_BIDI, "the name mixes writing directions"},
    Complaint{UIDNA_ERROR_CONTEXTJ | UIDNA_ERROR_CONTEXTO_PUNCTUATION | UIDNA_ERROR_CONTEXTO_DIGITS,
              "a character of the name stands where it may not"},
};

std::unexpected<Error> refuse(std::uint32_t bits) {
    for (const auto& complaint : complaints)
        if (bits & complaint.bits) return unexpected(Fault::syntax, complaint.text);
    return unexpected(Fault::syntax, "the name has a character that no domain name may have");
}
}  // namespace

Result<std::string> to_ascii(std::string_view domain) {
    if (domain.ends_with('.')) domain.remove_suffix(1);
    if (domain.empty()) return unexpected(Fault::syntax, "the name is empty");
    // What is longer can't become shorter than a name may be, and ICU's work grows with it.
    if (domain.size() > longest_input) return unexpected(Fault::syntax, "the name is longer than 253 octets");
    if (!ascii::is_utf8(domain)) return unexpected(Fault::syntax, "the name is not UTF-8");
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    icu::IDNAInfo info;
    UErrorCode status = U_ZERO_ERROR;
    uts46().nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, status);
    if (U_FAILURE(status)) return unexpected(Fault::syntax, "this is not a domain name", u_errorName(status));
    if (info.hasErrors()) return refuse(info.getErrors());
    // ICU lets an empty last label pass as the root's.
    if (out.empty() || out.size() > longest_name || out.ends_with('.')) return refuse(UIDNA_ERROR_EMPTY_LABEL);
    return ascii::to_lower(out);
}

std::string to_unicode(std::string_view ascii_domain) {
    const std::string as_given(ascii_domain);
    if (ascii_domain.size() > longest_input || !ascii::is_utf8(ascii_domain)) return as_given;
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    icu::IDNAInfo info;
    UErrorCode status = U_ZERO_ERROR;
    uts46().nameToUnicodeUTF8({ascii_domain.data(), static_cast<int32_t>(ascii_domain.size())}, sink, info, status);
    if (U_FAILURE(status) || info.hasErrors()) return as_given;
    const auto back = to_ascii(out);
    return back && ascii::equals_ignoring_case(*back, ascii_domain) ? out : as_given;
}

}  // namespace sky::idn
