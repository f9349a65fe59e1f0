// What is found does not depend on the segmentation.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sky/smtp-proto/header_scanner.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::smtp;
    if (size == 0) return 0;
    const std::string_view message(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::size_t step = data[0] % 17 + 1U;
    HeaderScanner whole, pieces;
    (void)whole.feed(message);
    for (std::size_t i = 0; i < message.size(); i += step) (void)pieces.feed(message.substr(i, step));
    whole.finish();
    pieces.finish();
    if (whole.received() != pieces.received() || whole.message_id() != pieces.message_id() || whole.headless() != pieces.headless() ||
        whole.has_from() != pieces.has_from())
        std::abort();
    return 0;
}
