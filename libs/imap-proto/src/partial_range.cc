#include "sky/imap-proto/partial_range.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imap {

PartialRange::Slice PartialRange::of(std::size_t count) const {
    const std::size_t low = std::min(first, last), high = std::min<std::size_t>(std::max(first, last), count);
    if (low > count) return {};
    if (from == From::oldest) return {low - 1, high};
    return {count - high, count - low + 1};
}

Result<PartialRange> parse_partial_range(Arguments& in) {
    PartialRange out;
    const bool newest = in.take('-');
    const auto position = [&](std::uint32_t& into) -> Result<void> {
        const auto number = in.number();
        if (!number) return forward(number);
        if (*number == 0) return unexpected(Fault::syntax, "Results are counted from 1");
        into = static_cast<std::uint32_t>(*number);
        return {};
    };
    if (const auto read = position(out.first); !read) return forward(read);
    if (const auto colon = in.expect(':'); !colon) return forward(colon);
    if (newest != in.take('-')) return unexpected(Fault::syntax, "A PARTIAL range counts from one end");
    if (const auto read = position(out.last); !read) return forward(read);
    if (newest) out.from = PartialRange::From::newest;
    return out;
}

void append_partial_range(std::string& out, const PartialRange& range) {
    const std::string_view sign = range.from == PartialRange::From::newest ? "-" : "";
    append_number(out += sign, std::min(range.first, range.last));
    append_number((out += ':') += sign, std::max(range.first, range.last));
}

}  // namespace sky::imap
