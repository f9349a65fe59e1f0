#pragma once
// The public suffix list: under which names do others register theirs? Built into libpsl; both of its sections count.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::idn {

// "com", "co.uk", "github.io"; every single label is one, listed or not. Takes the form of to_ascii().
bool is_public_suffix(std::string_view ascii_domain);

// "example.co.uk" for "mail.example.co.uk" (RFC 7489 §3.2); empty for a public suffix.
std::optional<std::string> organisational_domain(std::string_view ascii_domain);

// Whether somebody can own this domain and have its mail here; the text of the refusal (Fault::syntax) is for the one who asked.
// The reserved names of RFC 6761 §6 count as top-level names: example.test can be hosted, test can't.
Result<void> check_registrable(std::string_view ascii_domain);

}  // namespace sky::idn
