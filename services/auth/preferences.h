#pragma once
// What people choose for themselves, in one spelling each.
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::auth {

struct Preferences {
    std::string language;   // BCP 47; empty: not said
    std::string time_zone;  // of the IANA database; empty: not said
};

// "EN-au" → "en-AU" (RFC 5646 §4.5). Fault::syntax for what is no well-formed tag.
Result<std::string> canonical_language(std::string_view tag);

// "Australia/Melbourne", or what Windows calls it ("AUS Eastern Standard Time") → the name in the IANA database. Looks at the system's
// database. Fault::syntax for a zone that nobody knows.
Result<std::string> canonical_time_zone(std::string_view name);

}  // namespace sky::auth
