#include "sky/imap-proto/uid_set.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace sky::imap;

namespace {
NumberSet of(std::string_view text) { return SequenceSet::parse(text)->resolve(UINT32_MAX); }
std::set<std::uint32_t> naive(const NumberSet& numbers) {
    std::set<std::uint32_t> out;
    for (const Range& range : numbers.ranges())
        for (std::uint32_t n = range.first; n <= range.last; ++n) out.insert(n);
    return out;
}
}  // namespace

TEST_CASE("a sequence set is kept as ranges and written in order", "[imap-proto][rfc9051:4.1.1]") {
    CHECK(of("1").text() == "1");
    CHECK(of("5:2,7,3").text() == "2:5,7");
    CHECK(of("1,2,3,9").text() == "1:3,9");
    CHECK(of("4294967295").text() == "4294967295");
    CHECK(of("1:4294967295").size() == 4294967295u);
}

TEST_CASE("the star is the largest number in use", "[imap-proto][rfc9051:4.1.1]") {
    CHECK(SequenceSet::parse("*")->resolve(7).text() == "7");
    CHECK(SequenceSet::parse("3:*")->resolve(7).text() == "3:7");
    CHECK(SequenceSet::parse("9:*")->resolve(7).text() == "7:9");
    CHECK(SequenceSet::parse("*:*")->resolve(0).empty());
    CHECK(SequenceSet::parse("3:*")->beyond(2));
    CHECK(SequenceSet::parse("*")->beyond(0));
    CHECK_FALSE(SequenceSet::parse("1:*")->beyond(1));
}

TEST_CASE("what is no sequence set is refused", "[imap-proto][rfc9051:9]") {
    for (const char* text : {"", "0", "1,", ",1", "1:", ":1", "1:2:3", "a", "-1", "4294967296", "99999999999999999999", "1 2", "**", "1:0"})
        CHECK_FALSE(SequenceSet::parse(text));
}

TEST_CASE("a sequence set has at most ten thousand items", "[imap-proto][rfc9051:9]") {
    std::string text = "1";
    for (int i = 1; i < 10'000; ++i) text += ",3";
    CHECK(SequenceSet::parse(text));
    CHECK(SequenceSet::parse(text + ",3").error().fault == sky::Fault::limit);
}

TEST_CASE("set algebra agrees with sets of single numbers", "[imap-proto]") {
    std::mt19937 random(7);  // NOLINT: the same numbers each time
    for (int round = 0; round < 500; ++round) {
        const auto make = [&] {
            std::vector<Range> ranges;
            for (unsigned i = random() % 6; i > 0; --i) {
                const std::uint32_t first = 1 + random() % 40;
                ranges.push_back({first, first + static_cast<std::uint32_t>(random() % 5)});
            }
            return NumberSet(ranges);
        };
        const NumberSet a = make(), b = make();
        const auto x = naive(a), y = naive(b);
        std::set<std::uint32_t> both, either = x, only = x;
        for (const auto n : y) {
            if (x.contains(n)) both.insert(n);
            either.insert(n);
            only.erase(n);
        }
        CHECK(naive(a.common(b)) == both);
        CHECK(naive(a.united(b)) == either);
        CHECK(naive(a.without(b)) == only);
        CHECK(a.size() == x.size());
        for (std::uint32_t n = 0; n < 50; ++n) CHECK(a.contains(n) == x.contains(n));
        NumberSet added;
        for (const auto n : either) added.add(n);
        CHECK(added == a.united(b));
    }
}
