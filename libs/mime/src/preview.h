#pragma once
// The first words of a message for a list of messages (RFC 8970 §3): UTF-8, white space collapsed, at most 200 characters.
#include <string>
#include <string_view>

#include "sky/mime/tree.h"

namespace sky::mime {

std::string preview(std::string_view message, const Tree& tree);

}  // namespace sky::mime
