// An address survives printing, and the limits hold.
#include <cstdint>
#include <cstdlib>

#include "sky/smtp-proto/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::smtp;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto address = parse_address(text)) {
        if (address->local.size() > max_local_part || address->domain.size() > max_domain) std::abort();
        if (parse_address(print(*address)) != *address) std::abort();
    }
    std::string_view rest = text;
    if (const auto path = parse_reverse_path(rest)) {
        const std::string printed = print(*path);
        std::string_view again = printed;
        const auto second = parse_reverse_path(again);
        if (!second || *second != *path || !again.empty()) std::abort();
    }
    return 0;
}
