#include <cstdint>
#include <cstdlib>

#include "sky/imap-proto/uid_set.h"

using namespace sky::imap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto set = SequenceSet::parse({reinterpret_cast<const char*>(data), size});
    if (!set) return 0;
    const NumberSet numbers = set->resolve(1000);
    if (numbers.empty()) return 0;
    const auto again = SequenceSet::parse(numbers.text());
    if (!again || again->resolve(1000) != numbers) std::abort();
    if (!numbers.without(numbers).empty() || numbers.common(numbers) != numbers || numbers.united(numbers) != numbers) std::abort();
    return 0;
}
