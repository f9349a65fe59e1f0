// Any octets: parsed or refused; what parses can be searched within its budget, and its bounds hold its instances (contract F17, F18).
#include <cstdint>
#include <cstdlib>

#include "sky/ical/object.h"

using namespace sky::ical;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Limits limits;
    limits.steps = 20'000;
    const auto object = Object::parse({reinterpret_cast<const char*>(data), size}, limits);
    if (!object) return 0;
    const Seconds from = parse_moment("20260101T000000Z")->clock;
    for (const TimeRange& range : {TimeRange{from, from + 366 * day_seconds}, TimeRange{from, std::nullopt}, TimeRange{}}) {
        Steps steps(20'000);
        std::size_t count = 0;
        object->instances(range, Zone(), steps, [&](const Instance& instance) {
            const Summary& summary = object->summary();
            if (instance.start != 0 && summary.starts && instance.start < *summary.starts) std::abort();
            if (instance.start != 0 && summary.ends && instance.start > *summary.ends) std::abort();
            return ++count < 3'000;
        });
    }
    return 0;
}
