#include "message_text.h"

#include <algorithm>

#include "sky/mime/header.h"
#include "sky/mime/transfer.h"
#include "sky/mime/words.h"

namespace sky::mailstore {
namespace {

constexpr std::uint64_t header_limit = 4 * 1024 * 1024;
constexpr std::size_t window = 1024 * 1024;  // of decoded octets looked at in one go

bool visit_header(TextKind kind, std::string_view header, const TextVisitor& visit) {
    for (const auto& field : mime::parse_header(header).fields)
        if (visit(kind, std::string(field.name) + ": " + mime::decode_words(mime::unfold(field.value)))) return true;
    return false;
}

// A part's header belongs to the message it describes: to the message's own, to a part, or to a message that is the part of one.
TextKind header_kind(const mime::Tree& tree, std::size_t index) {
    if (index == 0) return TextKind::header;
    return tree.parts[tree.parts[index].parent].kind == mime::Part::Kind::message ? TextKind::body : TextKind::part_header;
}

bool has_text(const mime::Part& part) { return part.text && part.kind == mime::Part::Kind::leaf; }

// One leaf as it streams by: decoded, in windows with a tail in common.
class LeafText {
  public:
    LeafText(const mime::Part& part, mime::PartLabel label, std::size_t overlap, const TextVisitor& visit)
        : decoder_(part.encoding), label_(std::move(label)), overlap_(overlap), visit_(visit) {}

    bool feed(std::string_view piece) {
        decoder_.feed(piece, octets_);
        return octets_.size() >= window && look();
    }
    bool finish() {
        decoder_.finish(octets_);
        return look();
    }

  private:
    bool look() {
        auto text = mime::charset_text(octets_, label_);
        if (label_.html) text = mime::text_of_html(text);
        const auto tail = std::min(octets_.size(), overlap_ * 4 + 64);
        octets_.erase(0, octets_.size() - tail);
        return visit_(TextKind::body, text);
    }
    mime::TransferDecoder decoder_;
    mime::PartLabel label_;
    std::size_t overlap_;
    const TextVisitor& visit_;
    std::string octets_;
};

}  // namespace

bool visit_text(std::string_view octets, std::uint64_t prefix_size, const mime::Tree& tree, std::size_t overlap, const TextVisitor& visit) {
    const auto blob = octets.substr(std::min<std::size_t>(prefix_size, octets.size()));
    const auto part_of_blob = [&](std::uint64_t offset, std::uint64_t size) {
        return offset < blob.size() ? blob.substr(offset, size) : std::string_view();
    };
    if (visit_header(TextKind::header, octets.substr(0, prefix_size), visit)) return true;
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
        const auto& part = tree.parts[i];
        const auto header = part_of_blob(part.header_offset, part.header_size);
        if (visit_header(header_kind(tree, i), header, visit)) return true;
        if (!has_text(part)) continue;
        LeafText leaf(part, mime::part_label(header, part), overlap, visit);
        auto body = part_of_blob(part.body_offset(), part.body_size);
        for (; body.size() > window; body.remove_prefix(window))
            if (leaf.feed(body.substr(0, window))) return true;
        if (leaf.feed(body) || leaf.finish()) return true;
    }
    return false;
}

Task<Result<bool>> visit_stored_text(pg::Pool& pool, TenantId tenant, const EmailText& text, std::size_t overlap, const TextVisitor& visit,
                                     Deadline deadline) {
    const auto tree = mime::unpack(text.tree);
    if (!tree) co_return unexpected(Fault::corrupt, "The stored message is damaged", "MIME tree damaged");
    Reader reader(pool);
    for (std::size_t i = 0; i < tree->parts.size(); ++i) {
        const auto& part = tree->parts[i];
        const std::uint64_t before = i == 0 ? text.prefix_size : 0;  // the prefix is read with the header that it belongs to
        const auto header = co_await reader.read(tenant, text.email, text.prefix_size + part.header_offset - before,
                                                 part.header_size + before, header_limit, deadline);
        if (!header && header.error().fault != Fault::too_large) co_return forward(header);
        if (!header) continue;
        if (visit_header(header_kind(*tree, i), *header, visit)) co_return true;
        if (!has_text(part)) continue;
        LeafText leaf(part, mime::part_label(*header, part), overlap, visit);
        auto body = co_await reader.open(tenant, text.email, text.prefix_size + part.body_offset(), part.body_size, deadline);
        if (!body) co_return forward(body);
        for (;;) {
            const auto piece = co_await body->next(deadline);
            if (!piece) co_return forward(piece);
            if (piece->empty() ? leaf.finish() : leaf.feed(*piece)) co_return true;
            if (piece->empty()) break;
        }
    }
    co_return false;
}

}  // namespace sky::mailstore
