#pragma once
// Sets of UIDs or message numbers, kept as ranges: "1:*" costs as little as "1".
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::imap {

struct Range {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  // inclusive
    bool operator==(const Range&) const = default;
};

// Ascending, disjoint, never adjacent: equal sets compare equal.
class NumberSet {
  public:
    NumberSet() = default;
    explicit NumberSet(std::vector<Range> ranges);  // any order, may overlap; first <= last in each

    void add(std::uint32_t number) { add({number, number}); }
    void add(Range range);  // cheap when it lies at or beyond the end
    bool contains(std::uint32_t number) const;
    std::uint64_t size() const;
    bool empty() const { return ranges_.empty(); }
    std::uint32_t last() const { return ranges_.empty() ? 0 : ranges_.back().last; }
    const std::vector<Range>& ranges() const { return ranges_; }
    bool operator==(const NumberSet&) const = default;

    NumberSet united(const NumberSet& other) const;
    NumberSet common(const NumberSet& other) const;
    NumberSet without(const NumberSet& other) const;

    // "2:4,7" as sequence-set or uid-set; an empty set has no such text and gives "".
    std::string text() const;

  private:
    std::vector<Range> ranges_;
};

// A sequence-set as a client wrote it (RFC 9051 §9): "*" stands for the largest number in the mailbox, known only when it is resolved.
class SequenceSet {
  public:
    static constexpr std::size_t max_items = 10'000;
    static constexpr std::uint32_t star = 0;  // no number is 0

    // Fault::syntax for what the grammar refuses, Fault::limit past max_items. "$" alone is the last search's result (RFC 5182 §2.1): it
    // has no items, and whoever keeps that result says what it means.
    static Result<SequenceSet> parse(std::string_view text);
    static SequenceSet of(const NumberSet& numbers);
    bool is_last_result() const { return last_result_; }

    // The numbers meant while `largest` is the largest one in use; "*" of an empty mailbox is nothing.
    NumberSet resolve(std::uint32_t largest) const;
    // Some number is beyond `largest`, or "*" is asked of an empty mailbox: an error for message numbers, not for UIDs.
    bool beyond(std::uint32_t largest) const;

    const std::vector<Range>& items() const { return items_; }

  private:
    std::vector<Range> items_;  // as written; star where "*" stood
    bool last_result_ = false;
};

}  // namespace sky::imap
