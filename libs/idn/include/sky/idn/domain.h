#pragma once
// Internationalised domain names (RFC 5890, RFC 5891) by UTS #46, non-transitional. The stored form is always A-labels in lower case.
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::idn {

// A-labels in lower case without a trailing dot. Refuses (Fault::syntax) what is no UTF-8, empty or over-long labels (63) and names (253),
// characters that STD3 or IDNA forbid, hyphens where an A-label's stand, labels against the bidi rule or with misplaced joiners, and
// A-labels that do not come from any U-label. One label is enough.
Result<std::string> to_ascii(std::string_view domain);

// For eyes: U-labels where each is what to_ascii() would give back; otherwise the text as it came.
std::string to_unicode(std::string_view ascii_domain);

}  // namespace sky::idn
