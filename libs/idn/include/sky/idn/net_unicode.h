#pragma once
// Names that people see and programs compare: one spelling each (RFC 5198).
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::idn {

// The text in normal form C. Fault::syntax for what is no UTF-8. Nothing else is refused; ASCII stays as it is. Idempotent.
Result<std::string> net_unicode(std::string_view text);

}  // namespace sky::idn
