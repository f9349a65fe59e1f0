#pragma once
// Header fields of a message or a MIME part (RFC 5322 §2.2), found without copying and without ever failing.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sky::mime {

// One field as it stands. `raw` runs from the name to the end of its last line break; `value` is what follows the colon, still folded,
// without the last line break.
struct Field {
    std::string_view name;  // without trailing white space
    std::string_view value;
    std::string_view raw;
    std::uint64_t offset = 0;  // of raw, within the text given to parse_header
};

struct Header {
    std::vector<Field> fields;  // in order; lines that are no fields are left out
    std::uint64_t size = 0;     // octets up to the body: all lines and the empty line that ends them
};

// The header at the start of `entity`. It ends at the first empty line or at the end. When the very first line is no field, the header
// is empty and everything is body; later lines that are no fields belong to the header but to no field.
Header parse_header(std::string_view entity);

// The first field of that name (any case); nullptr when absent.
const Field* find(const Header& header, std::string_view name);

// The value on one line: line breaks removed (RFC 5322 §2.2.3), white space at both ends trimmed, NUL removed.
std::string unfold(std::string_view value);

// For FETCH BODY[HEADER.FIELDS (…)] and HEADER.FIELDS.NOT (RFC 9051 §6.4.5.1): the fields with (without) one of these names as they
// stand, in order, and the empty line.
enum class Select { these, all_but_these };
std::string select_fields(std::string_view header, const std::vector<std::string>& names, Select select);

}  // namespace sky::mime
