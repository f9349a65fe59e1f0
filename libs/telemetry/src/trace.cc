#include "sky/telemetry/trace.h"

#include <algorithm>
#include <cstring>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky {
namespace {
template <std::size_t N>
std::string_view view(const std::array<std::uint8_t, N>& octets) {
    return {reinterpret_cast<const char*>(octets.data()), N};
}
template <std::size_t N>
void fill(std::array<std::uint8_t, N>& octets) {
    const auto random = random_bytes(N);
    std::memcpy(octets.data(), random.data(), N);
}
// Lower-case hex of exactly N octets that are not all zero.
template <std::size_t N>
bool read(std::string_view hex, std::array<std::uint8_t, N>& into) {
    if (std::ranges::any_of(hex, [](char c) { return c >= 'A' && c <= 'F'; })) return false;
    const auto octets = hex_decode(hex);
    if (!octets || octets->size() != N) return false;
    std::memcpy(into.data(), octets->data(), N);
    return std::ranges::any_of(into, [](std::uint8_t octet) { return octet != 0; });
}
}  // namespace

std::string Trace::traceparent() const {
    return "00-" + hex_encode(view(trace_id)) + "-" + hex_encode(view(span_id)) + (sampled ? "-01" : "-00");
}
std::string Trace::id() const { return hex_encode(view(trace_id)); }

Trace Trace::child() const {
    Trace out = *this;
    fill(out.span_id);
    return out;
}

Trace Trace::start() {
    Trace out;
    fill(out.trace_id);
    fill(out.span_id);
    return out;
}

std::optional<Trace> Trace::parse(std::string_view header) {
    const auto parts = ascii::split(header, '-');
    if (parts.size() < 4 || parts[0].size() != 2 || parts[0] == "ff" || !hex_decode(parts[0])) return std::nullopt;
    if (parts[0] == "00" && parts.size() != 4) return std::nullopt;
    Trace out;
    const auto flags = hex_decode(parts[3]);
    if (!read(parts[1], out.trace_id) || !read(parts[2], out.span_id) || !flags || flags->size() != 1) return std::nullopt;
    out.sampled = ((*flags)[0] & 1) != 0;
    return out;
}

}  // namespace sky
