#pragma once
// A page of a result (RFC 9394): FETCH's and SEARCH's PARTIAL.
#include <cstddef>
#include <string>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

// Positions among the results in order of UID, from 1; either may be the larger. From the newest: 1 is the last result, written "-1".
struct PartialRange {
    enum class From { oldest, newest } from = From::oldest;
    std::uint32_t first = 1;
    std::uint32_t last = 1;  // inclusive

    // Which of `count` results, ascending by UID, the page holds: [begin, end) of their indexes; empty beyond them.
    struct Slice {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    Slice of(std::size_t count) const;
    // How many results it has room for.
    std::uint64_t size() const { return std::uint64_t{first < last ? last - first : first - last} + 1; }
    bool operator==(const PartialRange&) const = default;
};

// "1:500" or "-1:-100" (RFC 9394 §4, partial-range)
Result<PartialRange> parse_partial_range(Arguments& arguments);
// For the ESEARCH response: from the end that it counts from, as 500:400 is the same as 400:500 and -500:-400 as -400:-500 (RFC 9394 §4).
void append_partial_range(std::string& out, const PartialRange& range);

}  // namespace sky::imap
