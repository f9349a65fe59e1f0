#pragma once
// Case-insensitive search in UTF-8 (i;unicode-casemap in spirit, RFC 5051): simple one-to-one folding of Latin, Greek and Cyrillic.
#include <string>
#include <string_view>

namespace sky::mime {

std::string fold_case(std::string_view utf8);

}  // namespace sky::mime
