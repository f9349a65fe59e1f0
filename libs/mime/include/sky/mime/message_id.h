#pragma once
// Lists of message ids (RFC 5322 §3.6.4) and the base subject (RFC 5256 §2.1), from which threads are made.
#include <string>
#include <string_view>
#include <vector>

namespace sky::mime {

// The ids within angle brackets, without the brackets, in order; words outside are ignored. Longer than 995 octets are left out.
std::vector<std::string> parse_message_ids(std::string_view value, std::size_t limit = 1'000);

// A decoded subject without Re:, Fwd:, [list] and (fwd).
std::string base_subject(std::string_view decoded);

}  // namespace sky::mime
