// A name that is accepted stays what it became, and is shown as something that leads back to it.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/idn/confusable.h"
#include "sky/idn/domain.h"
#include "sky/idn/suffix.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::idn;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)to_unicode(text);
    (void)looks_confusable(text);
    const auto name = to_ascii(text);
    if (!name) return 0;
    if (to_ascii(*name).value_or("") != *name) std::abort();
    if (to_ascii(to_unicode(*name)).value_or("") != *name) std::abort();
    if (const auto owner = organisational_domain(*name); owner && !name->ends_with(*owner)) std::abort();
    return 0;
}
