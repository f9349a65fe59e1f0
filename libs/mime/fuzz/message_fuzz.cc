// Any octets are a message: parts lie within their parents, the stored tree comes back equal, every section lies in range, and the BODY
// form can be made of every BODYSTRUCTURE.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sky/base/ascii.h"
#include "sky/mime/imap_text.h"
#include "sky/mime/section.h"
#include "sky/mime/summary.h"

namespace {
void require(bool holds) {
    if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::mime;
    const std::string_view message(reinterpret_cast<const char*>(data), size);
    const auto tree = parse_tree(message);
    require(!tree.parts.empty() && tree.parts.size() <= max_parts);
    require(tree.parts[0].body_end() == size && tree.parts[0].header_offset == 0);
    for (std::uint32_t i = 1; i < tree.parts.size(); ++i) {
        const auto& part = tree.parts[i];
        const auto& parent = tree.parts[part.parent];
        require(part.parent < i && part.end > i && part.end <= parent.end);
        require(part.header_offset >= parent.body_offset() && part.body_end() <= parent.body_end());
        require(parent.kind != Part::Kind::leaf);
    }
    for (const auto& part : tree.parts) {
        require(part.body_end() <= size);
        std::uint64_t lines = 0;
        for (const char c : message.substr(part.body_offset(), part.body_size)) lines += c == '\n';
        require(lines == part.lines);
    }
    const auto again = unpack(pack(tree));
    require(again && pack(*again) == pack(tree));
    const auto summary = summarize(message);
    require(!body_form(summary.bodystructure).empty());
    for (const auto* text :
         {&summary.preview, &summary.from, &summary.to, &summary.cc, &summary.bcc, &summary.subject, &summary.message_id})
        require(sky::ascii::is_utf8(*text) && text->find('\0') == std::string::npos);
    for (const auto* wire : {&summary.envelope, &summary.bodystructure}) require(wire->find('\0') == std::string::npos);
    for (std::uint32_t n = 1; n < 4; ++n)
        for (const auto& numbers : {std::vector<std::uint32_t>{n}, {1, n}, {n, 1}})
            for (const auto of : {Section::Of::whole, Section::Of::header, Section::Of::text, Section::Of::mime})
                if (const auto range = locate(tree, {numbers, of})) require(range->offset + range->size <= size);
    unpack(message);
    body_form(message);
    return 0;
}
