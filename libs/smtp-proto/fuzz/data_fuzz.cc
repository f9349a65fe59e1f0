// The first octet chooses the segmentation: the result must not depend on it. Then: unstuff(stuff(x)) is x with its line ends made CRLF.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sky/smtp-proto/data.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::smtp;
    if (size == 0) return 0;
    const std::string_view wire(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::size_t step = data[0] % 17 + 1U;
    DataReader whole(1000), pieces(1000);
    std::string one, two;
    const auto taken = whole.feed(wire, one);
    std::size_t at = 0;
    while (at < wire.size() && !pieces.complete()) at += pieces.feed(wire.substr(at, step), two);
    if (at != taken || one != two || whole.complete() != pieces.complete() || whole.violations() != pieces.violations()) std::abort();
    if (whole.complete() && !wire.substr(0, taken).ends_with(".\r\n")) std::abort();

    DataWriter writer;
    std::string sent, back;
    for (std::size_t i = 0; i < wire.size(); i += step) writer.feed(wire.substr(i, step), sent);
    writer.finish(sent);
    DataReader reader(UINT64_MAX);
    if (reader.feed(sent, back) != sent.size() || !reader.complete()) std::abort();
    const auto& seen = reader.violations();
    if (seen.bare_cr || seen.bare_lf || seen.long_line) std::abort();
    return 0;
}
