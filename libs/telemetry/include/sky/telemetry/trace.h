#pragma once
// W3C Trace Context: which request of which chain this is. https://www.w3.org/TR/trace-context/ §3.2
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sky {

struct Trace {
    std::array<std::uint8_t, 16> trace_id{};
    std::array<std::uint8_t, 8> span_id{};
    bool sampled = true;

    std::string traceparent() const;  // "00-…-…-01"
    std::string id() const;           // the trace id in hex, for logs
    Trace child() const;              // the same trace, a new span
    bool operator==(const Trace&) const = default;

    static Trace start();                                        // a new trace
    static std::optional<Trace> parse(std::string_view header);  // strict for version 00; later versions by their first four fields
};

}  // namespace sky
