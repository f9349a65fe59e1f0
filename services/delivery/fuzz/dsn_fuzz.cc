// Whatever senders, recipients, next hops and headers say, a report is a message that the next server takes: CRLF lines within bounds, no
// NUL, and nobody's words open a part or a field of their own.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "delivery/dsn.h"
#include "sky/base/ascii.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto parts = sky::ascii::split(input, '|');
    const auto part = [&](std::size_t i) { return std::string(i < parts.size() ? parts[i] : ""); };
    sky::delivery::Report report{
        .reporting_mta = "mx.one.test", .to = part(0), .id = {}, .now = {}, .arrival = {}, .original_header = part(1), .failed = {}};
    for (std::size_t i = 2; i < parts.size() && i < 40; i += 4) report.failed.push_back({part(i), part(i + 1), part(i + 2), part(i + 3)});
    const auto text = write_report(report);
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\0') std::abort();
        if (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) std::abort();
        if (c == '\n') {
            if (i == 0 || text[i - 1] != '\r' || column > 999) std::abort();
            column = 0;
        } else {
            ++column;
        }
    }
    if (!text.ends_with("\r\n")) std::abort();
    for (const auto& failed : report.failed) {
        const auto status = sky::delivery::status_of(failed.reply);
        if (status.size() < 5 || (status[0] != '4' && status[0] != '5')) std::abort();
    }
    return 0;
}
