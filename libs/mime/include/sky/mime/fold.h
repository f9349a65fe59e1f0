#pragma once
// Text prepared for comparing without regard to case: the collation i;unicode-casemap (RFC 5051), which IMAP compares by (RFC 5255 §4).
#include <string>
#include <string_view>

namespace sky::mime {

// UTF-8 as "titlecased canonicalized UTF-8" (RFC 5051 §2): each character's titlecase, decomposed as far as it goes. What is prepared so
// compares by octets: equality, order and substrings. Octets that are no UTF-8 stay.
std::string fold_case(std::string_view utf8);

}  // namespace sky::mime
