#pragma once
// The text of a message as a search sees it (RFC 9051 §6.4.4): header lines decoded, text parts decoded, HTML without its tags.
#include <functional>
#include <string>
#include <string_view>

#include "sky/mailstore/read.h"
#include "sky/mime/part_text.h"
#include "sky/mime/tree.h"

namespace sky::mailstore {

enum class TextKind {
    header,       // a line of the message's own header, "Name: value"
    part_header,  // a line of a part's MIME header: TEXT looks there, BODY does not
    body,         // text of a part or an attachment, or a header line of a message within
};

// Told piece by piece, in UTF-8; true ends it. Text of a part over a megabyte comes in pieces that overlap by `overlap` octets at least.
using TextVisitor = std::function<bool(TextKind, std::string_view)>;

// Of a message that is in memory: prefix and blob. True when the visitor ended it.
bool visit_text(std::string_view octets, std::uint64_t prefix_size, const mime::Tree& tree, std::size_t overlap, const TextVisitor& visit);

// What a converter read in its attachments, where that was asked for.
inline bool visit_attachments(const EmailText& text, const TextVisitor& visit) {
    return !text.attachments.empty() && visit(TextKind::body, text.attachments);
}

// Of one in the store, however large: a frame at a time.
Task<Result<bool>> visit_stored_text(pg::Pool& pool, TenantId tenant, const EmailText& text, std::size_t overlap, const TextVisitor& visit,
                                     Deadline deadline);

}  // namespace sky::mailstore
