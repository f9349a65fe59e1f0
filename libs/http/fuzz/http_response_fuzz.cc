// One interpretation or none: an accepted head of a response, printed and parsed again, means the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sky/http/response_head.h"

namespace {
sky::Result<sky::http::ResponseHead> parse(std::string_view bytes) {
    sky::http::ResponseHeadParser parser;
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
    const auto head = parse({reinterpret_cast<const char*>(data), size});
    if (!head) return 0;
    const auto& response = head->response;
    if (response.status < 100 || response.status > 599) std::abort();
    std::string printed = "HTTP/1.1 " + std::to_string(response.status) + "\r\n";
    for (const auto& field : response.headers.all()) printed += field.name + ": " + field.value + "\r\n";
    const auto again = parse(printed + "\r\n");
    if (again && (again->ends != head->ends || again->length != head->length)) std::abort();
    return 0;
}
