// A reply that was read prints to something that reads the same, as long as its lines are short and clean.
#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/smtp-proto/reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::smtp;
    ReplyReader reader;
    for (const auto line : sky::ascii::split({reinterpret_cast<const char*>(data), size}, '\n')) {
        const auto reply = reader.feed(line);
        if (!reply) return 0;
        if (!*reply) continue;
        extensions(**reply);
        for (const auto& printed : sky::ascii::split(print(**reply), '\n'))
            if (printed.size() > 511) std::abort();
    }
    return 0;
}
