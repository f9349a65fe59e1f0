#pragma once
// What FETCH asks for (RFC 9051 §6.4.5).
#include <optional>
#include <string>
#include <vector>

#include "sky/imap-proto/arguments.h"
#include "sky/imap-proto/partial_range.h"

namespace sky::imap {

// The part of a message behind BODY[: "", "1.2", "1.2.MIME", "HEADER.FIELDS (FROM TO)".
struct Section {
    enum class Text { none, header, header_fields, header_fields_not, text, mime };
    std::vector<std::uint32_t> path;  // part numbers; empty: the message itself
    Text text = Text::none;
    std::vector<std::string> fields;  // as written
};

struct Partial {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
};

struct FetchItem {
    enum class What {
        flags,
        internal_date,
        size,
        envelope,
        body,
        body_structure,
        uid,
        mod_seq,
        email_id,
        thread_id,
        section,  // BODY[…] and BODY.PEEK[…]
        binary,   // BINARY[…] and BINARY.PEEK[…]: decoded
        binary_size,
        rfc822,  // the three of RFC 3501 §6.4.5, answered under their own names
        rfc822_header,
        rfc822_text,
        save_date,     // RFC 8514 §4.1
        preview,       // RFC 8970 §3.1
        preview_lazy,  // if it costs nothing: it never does more here
    };
    What what = What::flags;
    Section section;
    std::optional<Partial> partial;
    bool marks_seen = false;
};

struct FetchRequest {
    std::vector<FetchItem> items;
    std::optional<std::uint64_t> changed_since;  // RFC 7162 §3.1.4.1
    bool vanished = false;                       // and what was expunged since; only of UID FETCH (RFC 7162 §3.2.6)
    std::optional<PartialRange> page;            // of the messages that would be answered (RFC 9394)
    bool marks_seen() const;
    bool wants(FetchItem::What what) const;
};

inline constexpr std::size_t max_fetch_items = 100;
inline constexpr std::size_t max_header_fields = 200;
inline constexpr std::size_t max_section_depth = 100;

// Macros become their items. Everything behind the sequence set, to the end of the command.
Result<FetchRequest> parse_fetch(Arguments& arguments);

// A section on its own, as URLs name it: "1.2.MIME"; nullopt when it is none.
std::optional<Section> parse_section_text(std::string_view text);

// "BODY[1.HEADER.FIELDS (From)]<0>" as the response names it.
void append_section_name(std::string& out, const FetchItem& item);

}  // namespace sky::imap
