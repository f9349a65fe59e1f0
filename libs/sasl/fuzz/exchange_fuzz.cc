// A dialogue with either mechanism: first line the mechanism, second the initial response ("-" for none), the rest the client's lines.
// No password ever comes out that was not in the input whole.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/sasl/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lines = ascii::split(text, '\n');
    auto exchange = sasl::Exchange::open(lines[0]);
    if (!exchange || lines.size() < 2) return 0;
    sasl::Step step = exchange->begin(lines[1] == "-" ? std::nullopt : std::optional(lines[1]));
    for (std::size_t i = 2; i < lines.size() && std::holds_alternative<sasl::Challenge>(step); ++i) step = exchange->answer(lines[i]);
    if (const auto* given = std::get_if<sasl::Password>(&step))
        if (given->password.empty() || given->authentication.empty() || given->password.find('\0') != std::string::npos) std::abort();
    return 0;
}
