#include "auth/billing/money.h"

#include <algorithm>
#include <iterator>

namespace sky::auth {
namespace {
constexpr std::string_view whole[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                      "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view thousandths[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
}  // namespace

int minor_digits(std::string_view currency) {
    if (std::ranges::find(whole, currency) != std::end(whole)) return 0;
    return std::ranges::find(thousandths, currency) != std::end(thousandths) ? 3 : 2;
}

std::string decimal(std::int64_t minor_units, std::string_view currency) {
    const auto digits = static_cast<std::size_t>(minor_digits(currency));
    std::string out = std::to_string(minor_units);
    if (digits == 0) return out;
    if (out.size() <= digits) out.insert(0, digits + 1 - out.size(), '0');
    out.insert(out.size() - digits, ".");
    return out;
}

}  // namespace sky::auth
