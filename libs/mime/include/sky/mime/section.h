#pragma once
// Sections of FETCH BODY[…] and BINARY[…] (RFC 9051 §6.4.5.1) as ranges of octets, from the stored tree alone.
#include <cstdint>
#include <optional>
#include <vector>

#include "sky/mime/tree.h"

namespace sky::mime {

struct Section {
    enum class Of { whole, header, text, mime };  // header also serves HEADER.FIELDS: filter what lies in the range
    std::vector<std::uint32_t> part;              // part numbers from 1; empty is the message
    Of of = Of::whole;
};

struct Range {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

// Where the section lies in prefix + message. The prefix (headers of this recipient, see mailstore) belongs to the message's own header.
// nullopt when there is no such part, or HEADER, TEXT of a part that is no message.
std::optional<Range> locate(const Tree& tree, const Section& section, std::uint64_t prefix_size = 0);

// The index of the part that a list of part numbers means (empty: the root).
std::optional<std::uint32_t> find_part(const Tree& tree, const std::vector<std::uint32_t>& numbers);

}  // namespace sky::mime
