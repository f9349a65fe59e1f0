// One interpretation or none: an accepted head, printed and parsed again, means the same; and an accepted path stays inside its root.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/http/head.h"

namespace {

sky::Result<sky::http::Head> parse(std::string_view bytes) {
    sky::http::HeadParser parser;
    while (!bytes.empty()) {
        const auto end = bytes.find("\r\n");
        if (end == std::string_view::npos) break;
        const auto ended = parser.line(bytes.substr(0, end));
        if (!ended) return sky::forward(ended);
        if (*ended) return parser.finish();
        bytes.remove_prefix(end + 2);
    }
    return sky::unexpected(sky::Fault::syntax, "no end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)sky::http::parse_chunk_size(bytes);
    const auto head = parse(bytes);
    if (!head) return 0;
    const auto& request = head->request;
    if (request.path != "*" && (!request.path.starts_with('/') || request.path.find("/../") != std::string::npos)) std::abort();
    std::string printed = request.method + " " + request.target + " HTTP/1." + std::to_string(request.minor) + "\r\n";
    for (const auto& field : request.headers.all()) printed += field.name + ": " + field.value + "\r\n";
    // An absolute target adds a Host, which may exceed the limits by itself.
    const sky::http::HeadLimits limits;
    if (printed.size() + 2 > limits.octets || request.headers.all().size() > limits.fields) return 0;
    const auto again = parse(printed + "\r\n");
    if (!again || again->framing != head->framing || again->length != head->length || again->request.path != request.path ||
        again->keep_alive != head->keep_alive) {
        std::abort();
    }
    return 0;
}
