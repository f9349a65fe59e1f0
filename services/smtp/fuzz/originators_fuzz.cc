// Whatever a header says of who wrote it, what is accepted names every address outside of quotes, and none twice over.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/originators.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    sky::smtp::HeaderScanner header;
    if (!header.feed(input)) return 0;
    header.finish();
    const auto found = sky::smtpd::originators_of(header);
    if (!found) return 0;
    if (header.from().count > 0 && found->from.empty()) std::abort();
    for (const auto& address : found->from)
        if (address.find('@') == std::string::npos) std::abort();
    if (header.sender().end > size || header.sender().begin > header.sender().end) std::abort();
    return 0;
}
