// Any octets as every kind of request body and header (contract F20): no DOCTYPE gets through, depth is bounded, what is written again can
// be read.
#include <cstdint>
#include <cstdlib>

#include "sky/dav-proto/href.h"
#include "sky/dav-proto/request.h"

using namespace sky::dav;

namespace {
std::size_t depth_of(const Element& element) {
    std::size_t out = 0;
    for (const auto& child : element.children) out = std::max(out, depth_of(child));
    return out + 1;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto root = parse_xml(input)) {
        if (depth_of(*root) > 64) std::abort();
    }
    (void)parse_propfind(input);
    (void)parse_proppatch(input);
    (void)parse_mkcol(input);
    (void)parse_report(input, Depth::one);
    (void)parse_entity_tags(input);
    if (const auto segments = split_href(input)) {
        for (const auto& segment : *segments) {
            if (!is_segment(segment) || segment.find('/') != std::string::npos) std::abort();
            if (split_href("/" + encode_segment(segment)) != std::vector<std::string>{segment}) std::abort();
        }
    }
    return 0;
}
