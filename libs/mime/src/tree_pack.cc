// The stored form of a Tree: a version octet, the count, then for each part one octet of kinds and five varints.
#include <algorithm>

#include "sky/mime/tree.h"

namespace sky::mime {
namespace {

constexpr char version = 1;

void put(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> get(std::string_view& in) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 56; shift += 7) {
        if (in.empty()) return std::nullopt;
        const auto octet = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= static_cast<std::uint64_t>(octet & 0x7F) << shift;
        if (octet < 0x80) return value;
    }
    return std::nullopt;
}

std::optional<Part> get_part(std::string_view& in, std::uint32_t index, const std::vector<Part>& before) {
    if (in.empty()) return std::nullopt;
    const auto kinds = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    if ((kinds & 3) == 3 || (kinds >> 4) > static_cast<unsigned>(Encoding::unknown)) return std::nullopt;
    const auto up = get(in), offset = get(in), header = get(in), body = get(in), lines = get(in);
    if (!up || !offset || !header || !body || !lines || *up > index || (index > 0 && *up == 0)) return std::nullopt;
    Part part;
    part.kind = static_cast<Part::Kind>(kinds & 3);
    part.text = (kinds & 4) != 0;
    part.fallback = (kinds & 8) != 0;
    part.encoding = static_cast<Encoding>(kinds >> 4);
    part.parent = index - static_cast<std::uint32_t>(*up);
    part.end = index + 1;
    part.header_offset = *offset + (index > 0 ? before[part.parent].header_offset : 0);
    part.header_size = *header;
    part.body_size = *body;
    part.lines = *lines;
    if (index > 0 && part.body_end() > before[part.parent].body_end()) return std::nullopt;
    return part;
}

}  // namespace

std::string pack(const Tree& tree) {
    std::string out(1, version);
    put(out, tree.parts.size());
    for (std::uint32_t i = 0; i < tree.parts.size(); ++i) {
        const auto& part = tree.parts[i];
        out.push_back(static_cast<char>(static_cast<unsigned>(part.kind) | (part.text ? 4U : 0U) | (part.fallback ? 8U : 0U) |
                                        static_cast<unsigned>(part.encoding) << 4));
        put(out, i - part.parent);
        put(out, part.header_offset - (i > 0 ? tree.parts[part.parent].header_offset : 0));
        put(out, part.header_size);
        put(out, part.body_size);
        put(out, part.lines);
    }
    return out;
}

std::optional<Tree> unpack(std::string_view packed) {
    if (packed.empty() || packed.front() != version) return std::nullopt;
    packed.remove_prefix(1);
    const auto count = get(packed);
    if (!count || *count == 0 || *count > max_parts) return std::nullopt;
    Tree tree;
    tree.parts.reserve(std::min<std::size_t>(*count, packed.size() / 6 + 1));
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto part = get_part(packed, i, tree.parts);
        if (!part) return std::nullopt;
        tree.parts.push_back(*part);
    }
    for (std::size_t i = tree.parts.size(); i-- > 1;) {
        auto& parent = tree.parts[tree.parts[i].parent];
        parent.end = std::max(parent.end, tree.parts[i].end);
    }
    return tree;
}

}  // namespace sky::mime
