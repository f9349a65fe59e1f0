#pragma once
// GETMETADATA and SETMETADATA (RFC 5464 §5), and how their values are written.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

enum class MetadataDepth { zero, one, infinity };  // RFC 5464 §4.2.2

struct GetMetadata {
    std::string mailbox;                    // empty: the server
    std::optional<std::uint64_t> max_size;  // RFC 5464 §4.2.1
    MetadataDepth depth = MetadataDepth::zero;
    std::vector<std::string> entries;  // canonical
};
// Options may stand before the mailbox, as in the grammar, or behind it, as in the RFC's examples.
Result<GetMetadata> parse_get_metadata(Arguments& arguments);

struct SetMetadata {
    std::string mailbox;                                                     // empty: the server
    std::vector<std::pair<std::string, std::optional<std::string>>> values;  // no value: the entry goes
};
Result<SetMetadata> parse_set_metadata(Arguments& arguments);

// entries = entry / "(" entry *(SP entry) ")" (RFC 5464 §5). LIST's return option knows the second form alone (RFC 9590 §5).
Result<std::vector<std::string>> parse_metadata_entries(Arguments& arguments);

inline constexpr std::size_t max_metadata_entries = 100;  // of one command
inline constexpr std::size_t max_metadata_name_octets = 255;

// An entry's name as we keep it: in lower case, below /private or /shared (RFC 5464 §3.2). Fault::syntax for what is none.
Result<std::string> canonical_entry(std::string_view name);
inline bool is_private_entry(std::string_view canonical) { return canonical.starts_with("/private"); }

// A value: quoted, a literal, or a literal8 where it holds NUL.
void append_metadata_value(std::string& out, std::string_view value);

}  // namespace sky::imap
