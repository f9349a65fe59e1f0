#include "sky/mime/section.h"

namespace sky::mime {

std::optional<std::uint32_t> find_part(const Tree& tree, const std::vector<std::uint32_t>& numbers) {
    std::uint32_t at = 0;
    bool first = true;
    for (const auto number : numbers) {
        // Numbers count the parts of a multipart. A message counts its one body as part 1, unless that is a multipart
        // (RFC 9051 §6.4.5.1), and is itself looked through.
        const bool enters_message = tree.parts[at].kind == Part::Kind::message && !first;
        if (enters_message) ++at;
        if (tree.parts[at].kind == Part::Kind::multipart) {
            std::uint32_t child = at + 1;
            for (std::uint32_t n = 1; n < number && child < tree.parts[at].end; ++n) child = tree.parts[child].end;
            if (number == 0 || child >= tree.parts[at].end) return std::nullopt;
            at = child;
        } else if (number != 1 || (!first && !enters_message)) {
            return std::nullopt;
        }
        first = false;
    }
    return at;
}

std::optional<Range> locate(const Tree& tree, const Section& section, std::uint64_t prefix_size) {
    if (tree.parts.empty()) return std::nullopt;
    const auto& root = tree.parts[0];
    if (section.part.empty()) {
        switch (section.of) {
            case Section::Of::whole:
                return Range{0, prefix_size + root.header_size + root.body_size};
            case Section::Of::header:
                return Range{0, prefix_size + root.header_size};
            case Section::Of::text:
                return Range{prefix_size + root.header_size, root.body_size};
            case Section::Of::mime:
                return std::nullopt;
        }
    }
    const auto index = find_part(tree, section.part);
    if (!index) return std::nullopt;
    const auto& part = tree.parts[*index];
    if (section.of == Section::Of::whole) return Range{prefix_size + part.body_offset(), part.body_size};
    if (section.of == Section::Of::mime) return Range{prefix_size + part.header_offset, part.header_size};
    if (part.kind != Part::Kind::message) return std::nullopt;
    const auto& inner = tree.parts[*index + 1];
    if (section.of == Section::Of::header) return Range{prefix_size + inner.header_offset, inner.header_size};
    return Range{prefix_size + inner.body_offset(), inner.body_size};
}

}  // namespace sky::mime
