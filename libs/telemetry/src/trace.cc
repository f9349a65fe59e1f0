#include "sky/telemetry/trace.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "sky/base/encode.h"

namespace sky {
namespace {

template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& octets) {
    return hex_encode({reinterpret_cast<const char*>(octets.data()), N});
}

// Ids must be unique, not secret: a generator per thread, seeded by the kernel.
template <std::size_t N>
void fill(std::array<std::uint8_t, N>& octets) {
    thread_local std::mt19937_64 random([] {
        std::uint64_t seed = 0;
        const std::string bytes = random_bytes(sizeof seed);
        std::memcpy(&seed, bytes.data(), sizeof seed);
        return seed;
    }());
    do {
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(random() >> 32);
    } while (std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; }));
}

template <std::size_t N>
bool read(std::string_view text, std::array<std::uint8_t, N>& into) {
    // §3.2.2: lower-case hexadecimal only.
    if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
    const auto bytes = hex_decode(text);
    if (!bytes || bytes->size() != N) return false;
    std::memcpy(into.data(), bytes->data(), N);
    return true;
}

template <std::size_t N>
bool is_zero(const std::array<std::uint8_t, N>& octets) {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

std::string Trace::traceparent() const { return "00-" + hex(trace_id) + "-" + hex(span_id) + (sampled ? "-01" : "-00"); }
std::string Trace::id() const { return hex(trace_id); }

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
    if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
    std::array<std::uint8_t, 1> version{}, flags{};
    Trace out;
    if (!read(header.substr(0, 2), version) || !read(header.substr(3, 32), out.trace_id) || !read(header.substr(36, 16), out.span_id) ||
        !read(header.substr(53, 2), flags)) {
        return std::nullopt;
    }
    if (version[0] == 0xff || is_zero(out.trace_id) || is_zero(out.span_id)) return std::nullopt;
    if (header.size() > 55 && (version[0] == 0 || header[55] != '-')) return std::nullopt;
    out.sampled = (flags[0] & 1) != 0;
    return out;
}

}  // namespace sky
