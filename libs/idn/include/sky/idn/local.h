#pragma once
// Local parts beyond ASCII (RFC 6531 §3.3): one spelling each, so that they can be compared and indexed.
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::idn {

// NFC after full case folding; ASCII is only lowered. Refuses (Fault::syntax) what is no UTF-8, and beyond ASCII: unassigned and
// private-use characters, controls, separators, invisible characters, bidi controls, and left-to-right letters beside right-to-left
// ones (the rule of RFC 5893 §2 over the whole local part). Does not look at the grammar of addresses. Idempotent.
Result<std::string> normalise_local(std::string_view local);

}  // namespace sky::idn
