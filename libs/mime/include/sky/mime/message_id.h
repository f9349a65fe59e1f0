#pragma once
// Lists of message ids (RFC 5322 §3.6.4) and the base subject (RFC 5256 §2.1), from which threads are made.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sky::mime {

// The ids within angle brackets, without the brackets, in order; words outside are ignored. Longer than 995 octets are left out.
std::vector<std::string> parse_message_ids(std::string_view value, std::size_t limit = 1'000);

// A message id as threads know it: 64 bits of its hash, quoting undone (RFC 5256 §3, REFERENCES). Never 0.
std::int64_t message_ref(std::string_view id);

// A decoded subject without Re:, Fwd:, [list] and (fwd), and whether something of a reply or a forward was among what it lost (RFC 5256
// §3).
struct BaseSubject {
    std::string text;
    bool is_reply = false;
};
BaseSubject split_subject(std::string_view decoded);
inline std::string base_subject(std::string_view decoded) { return split_subject(decoded).text; }

}  // namespace sky::mime
