#include "sky/imap-proto/uid_set.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

bool touches(const Range& left, const Range& right) { return right.first <= left.last || right.first - left.last == 1; }

// Appends a range that begins at or after every range in `to`.
void append(std::vector<Range>& to, Range range) {
    if (!to.empty() && touches(to.back(), range))
        to.back().last = std::max(to.back().last, range.last);
    else
        to.push_back(range);
}

}  // namespace

NumberSet::NumberSet(std::vector<Range> ranges) {
    std::ranges::sort(ranges, {}, &Range::first);
    ranges_.reserve(ranges.size());
    for (const Range& range : ranges) append(ranges_, range);
}

void NumberSet::add(Range range) {
    if (ranges_.empty() || range.first >= ranges_.back().first) {
        append(ranges_, range);
        return;
    }
    ranges_.push_back(range);
    *this = NumberSet(std::move(ranges_));
}

bool NumberSet::contains(std::uint32_t number) const {
    const auto after = std::ranges::upper_bound(ranges_, number, {}, &Range::first);
    return after != ranges_.begin() && std::prev(after)->last >= number;
}

std::uint64_t NumberSet::size() const {
    std::uint64_t total = 0;
    for (const Range& range : ranges_) total += std::uint64_t{range.last} - range.first + 1;
    return total;
}

NumberSet NumberSet::united(const NumberSet& other) const {
    std::vector<Range> all = ranges_;
    all.insert(all.end(), other.ranges_.begin(), other.ranges_.end());
    return NumberSet(std::move(all));
}

NumberSet NumberSet::common(const NumberSet& other) const {
    NumberSet out;
    for (auto a = ranges_.begin(), b = other.ranges_.begin(); a != ranges_.end() && b != other.ranges_.end();) {
        const Range both{std::max(a->first, b->first), std::min(a->last, b->last)};
        if (both.first <= both.last) append(out.ranges_, both);
        if (a->last < b->last)
            ++a;
        else
            ++b;
    }
    return out;
}

NumberSet NumberSet::without(const NumberSet& other) const {
    NumberSet out;
    auto gone = other.ranges_.begin();
    for (Range range : ranges_) {
        while (gone != other.ranges_.end() && gone->last < range.first) ++gone;
        for (auto cut = gone; cut != other.ranges_.end() && cut->first <= range.last; ++cut) {
            if (cut->first > range.first) append(out.ranges_, {range.first, cut->first - 1});
            if (cut->last >= range.last) goto next;
            range.first = std::max(range.first, cut->last + 1);
        }
        append(out.ranges_, range);
    next:;
    }
    return out;
}

std::string NumberSet::text() const {
    std::string out;
    for (const Range& range : ranges_) {
        if (!out.empty()) out += ',';
        out += std::to_string(range.first);
        if (range.last != range.first) (out += ':') += std::to_string(range.last);
    }
    return out;
}

Result<SequenceSet> SequenceSet::parse(std::string_view text) {
    SequenceSet out;
    const auto refuse = [] { return unexpected(Fault::syntax, "This is no sequence set"); };
    if (text == "$") {
        out.last_result_ = true;
        return out;
    }
    std::size_t at = 0;
    // nz-number / "*"
    const auto number = [&]() -> std::optional<std::uint32_t> {
        if (at < text.size() && text[at] == '*') return ++at, star;
        const std::size_t start = at;
        std::uint64_t value = 0;
        while (at < text.size() && ascii::is_digit(text[at]) && value <= UINT32_MAX)
            value = value * 10 + static_cast<std::uint64_t>(text[at++] - '0');
        if (at == start || value == 0 || value > UINT32_MAX) return std::nullopt;
        return static_cast<std::uint32_t>(value);
    };
    while (true) {
        const auto first = number();
        if (!first) return refuse();
        Range item{*first, *first};
        if (at < text.size() && text[at] == ':') {
            ++at;
            const auto last = number();
            if (!last) return refuse();
            item.last = *last;
        }
        if (out.items_.size() == max_items) return unexpected(Fault::limit, "Too many items in a sequence set");
        out.items_.push_back(item);
        if (at == text.size()) return out;
        if (text[at++] != ',') return refuse();
    }
}

SequenceSet SequenceSet::of(const NumberSet& numbers) {
    SequenceSet out;
    out.items_ = numbers.ranges();
    return out;
}

NumberSet SequenceSet::resolve(std::uint32_t largest) const {
    std::vector<Range> ranges;
    ranges.reserve(items_.size());
    for (Range item : items_) {
        if (item.first == star) item.first = largest;
        if (item.last == star) item.last = largest;
        if (item.first > item.last) std::swap(item.first, item.last);  // "5:2" means "2:5"
        if (item.last == 0) continue;                                  // "*" of an empty mailbox
        item.first = std::max(item.first, std::uint32_t{1});
        ranges.push_back(item);
    }
    return NumberSet(std::move(ranges));
}

bool SequenceSet::beyond(std::uint32_t largest) const {
    return std::ranges::any_of(items_, [largest](const Range& item) {
        return item.first > largest || item.last > largest || (largest == 0 && (item.first == star || item.last == star));
    });
}

}  // namespace sky::imap
