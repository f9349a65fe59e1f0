#pragma once
// Money: whole minor units of one currency (cents, öre, yen), never a fraction, never floating point. Rounding is half up and happens once
// a line; sums are sums of rounded lines.
#include <cstdint>
#include <string>
#include <string_view>

namespace sky::auth {

// 5.50 AUD + 10 % GST is {550, "AUD", "GST", 1000}.
struct Price {
    std::int64_t minor_units = 0;  // without tax; at most most_minor_units
    std::string currency;          // ISO 4217
    std::string tax_name;
    std::int32_t tax_basis_points = 0;
    bool operator==(const Price&) const = default;
};
// So that a price × 31 days × 10,000 basis points fits 64 bits.
inline constexpr std::int64_t most_minor_units = 1'000'000'000'000;

struct Amount {
    std::int64_t ex_tax = 0, tax = 0, total = 0;
    bool operator==(const Amount&) const = default;
};

// Both at least 0, the divisor above 0: 1.5 → 2, 2.5 → 3.
constexpr std::int64_t divide_half_up(std::int64_t dividend, std::int64_t divisor) {
    const std::int64_t whole = dividend / divisor, rest = dividend % divisor;
    return whole + (rest >= divisor - rest ? 1 : 0);
}

constexpr Amount with_tax(std::int64_t ex_tax, std::int32_t basis_points) {
    const std::int64_t tax = divide_half_up(ex_tax * basis_points, 10'000);
    return {ex_tax, tax, ex_tax + tax};
}

// How many digits the minor unit has (ISO 4217): 2, but for some.
int minor_digits(std::string_view currency);
// "5.50", "550" for yen.
std::string decimal(std::int64_t minor_units, std::string_view currency);

}  // namespace sky::auth
