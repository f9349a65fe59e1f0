// Never reads past the input, never asks for more than the longest header, and what it accepts is no longer than the input.
#include <cstdint>
#include <cstdlib>

#include "sky/net/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = sky::net::parse_proxy_header(bytes);
    if (!whole) return 0;
    if (const auto* header = std::get_if<sky::net::ProxyHeader>(&*whole)) {
        if (header->size > size) std::abort();
        // The same header, arriving in two pieces, is asked for to its end and no further.
        const auto half = sky::net::parse_proxy_header(bytes.substr(0, header->size / 2));
        if (!half) std::abort();
        const auto* more = std::get_if<sky::net::ProxyNeedsMore>(&*half);
        if (!more || header->size / 2 + more->at_least > header->size) std::abort();
    } else if (size + std::get<sky::net::ProxyNeedsMore>(*whole).at_least > 65551) {
        std::abort();
    }
    return 0;
}
