// The first octet chooses segmentation and TOP's count: neither writer may depend on the pieces, and a strict reader gets the message back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sky/pop3-proto/message.h"

namespace {
std::string sent(std::string_view message, std::size_t step) {
    sky::pop3::MultiLine writer;
    std::string out;
    for (std::size_t i = 0; i < message.size(); i += step) writer.feed(message.substr(i, step), out);
    writer.finish(out);
    return out;
}
std::size_t top(std::string_view message, std::size_t step, std::uint32_t lines) {
    sky::pop3::TopCut cut(lines);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < message.size() && !cut.done(); i += step) taken += cut.feed(message.substr(i, step));
    return taken;
}
// What a client reads: up to CRLF "." CRLF, leading dots removed.
std::string read_back(std::string_view wire) {
    std::string out;
    for (;;) {
        const auto end = wire.find("\r\n");
        if (end == std::string_view::npos) std::abort();
        auto line = wire.substr(0, end);
        wire.remove_prefix(end + 2);
        if (line == ".") break;
        if (line.starts_with('.')) line.remove_prefix(1);
        out.append(line).append("\r\n");
    }
    if (!wire.empty()) std::abort();
    return out;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view message(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::size_t step = data[0] % 13 + 1U;
    const std::uint32_t lines = data[0] / 13;
    const auto wire = sent(message, SIZE_MAX / 2);
    if (wire != sent(message, step) || top(message, step, lines) != top(message, SIZE_MAX / 2, lines)) std::abort();
    const auto back = read_back(wire);
    if (!back.starts_with(message) || back.size() > message.size() + 2) std::abort();
    return 0;
}
