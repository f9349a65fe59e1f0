// First line what should stand there, the rest what does: nothing in the DNS makes the comparison stumble, and a text serves in its own
// place unless it could never be expected.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/zone/compare.h"
#include "sky/zone/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> values;
    for (const auto line : ascii::split(text, '\n')) values.emplace_back(line);
    for (const char* type : {"TXT", "MX", "CAA", "SRV"}) {
        const std::vector<zone::Record> expected{{"x.test", type, 60, values.front(), "why.", zone::Severity::must}};
        const auto rows = zone::compare(expected, {{{"x.test", type}, {values.begin() + 1, values.end()}, {}}});
        if (rows.empty() || rows.size() > values.size() || rows.front().mark == zone::Mark::unknown) std::abort();
    }
    if (zone::quoted_text(text).size() < size + 2) std::abort();
    return 0;
}
