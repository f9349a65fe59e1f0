#include "imap/store/uid_map.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace sky::imapd;
using sky::mailstore::UidSet;

namespace {

using Uids = std::vector<std::uint32_t>;

Uids all_of(const UidMap& map) {
    Uids out;
    for (std::size_t block = 0; block < map.blocks(); ++block) map.each(block, [&](std::uint32_t uid) { out.push_back(uid); });
    return out;
}

std::vector<std::uint16_t> counts_of(const std::set<std::uint32_t>& uids) {
    std::vector<std::uint16_t> out;
    for (const std::uint32_t uid : uids) {
        if (out.size() <= UidMap::block_of(uid)) out.resize(UidMap::block_of(uid) + 1);
        ++out[UidMap::block_of(uid)];
    }
    return out;
}

void check_same(const UidMap& map, const std::set<std::uint32_t>& model) {
    REQUIRE(map.size() == model.size());
    CHECK(all_of(map) == Uids(model.begin(), model.end()));
    CHECK(map.largest() == (model.empty() ? 0 : *model.rbegin()));
    std::uint32_t number = 0;
    for (const std::uint32_t uid : model) {
        ++number;
        if (number % 97 != 1) continue;
        CHECK(map.number_of(uid) == number);
        CHECK(map.uid_of(number) == uid);
        CHECK(map.block_at(number) == UidMap::block_of(uid));
    }
}

}  // namespace

TEST_CASE("a mailbox without holes is known from its counts", "[imap]") {
    const UidMap map({4096, 4096, 10}, 8203);
    CHECK(map.size() == 8202);
    CHECK((map.known(0) && map.known(1) && map.known(2) && map.known(7)));
    CHECK((map.uid_of(1) == 1 && map.uid_of(8202) == 8202 && map.largest() == 8202 && map.number_of(4097) == 4097));
    CHECK((map.number_of(8203) == 0 && !map.contains(100'000)));
    CHECK(UidMap({}, 1).size() == 0);
    CHECK(UidMap().largest() == 0);
}

TEST_CASE("with holes only full blocks are known, and what one copy learns all know", "[imap]") {
    const UidMap map({4096, 2, 0, 1}, 20'000);
    CHECK((map.known(0) && !map.known(1) && map.known(2) && !map.known(3)));
    CHECK((map.size() == 4099 && map.before(3) == 4098 && map.block_at(4097) == 1 && map.block_at(4099) == 3 && map.last_block() == 3));
    const UidMap copy = map;
    CHECK_FALSE(map.learn(1, {5000}));          // one is missing
    CHECK_FALSE(map.learn(1, {5000, 5000}));    // the same twice
    CHECK_FALSE(map.learn(1, {5000, 20'000}));  // of another block
    CHECK(map.learn(1, {5000, 6000}));
    CHECK(copy.known(1));
    CHECK((copy.number_of(6000) == 4098 && copy.same(1, map)));
}

TEST_CASE("a change leaves other copies as they were", "[imap]") {
    UidMap map({3, 0, 2}, 8195);
    REQUIRE(map.learn(0, {1, 2, 9}));
    REQUIRE(map.learn(2, {8193, 8194}));
    const UidMap before = map;
    map.remove({{2, 8193}});
    map.add({8195, 12'289});
    CHECK(all_of(map) == Uids{1, 8194, 8195, 12'289});
    CHECK(all_of(before) == Uids{1, 2, 9, 8193, 8194});
    CHECK_FALSE(map.same(0, before));
    map.cut(8195);
    CHECK(all_of(map) == Uids{1, 8194});
    map.empty_block(2);
    map.empty_block(0);
    CHECK((map.size() == 0 && map.blocks() == 0));
}

TEST_CASE("numbers and UIDs agree with a plain set through random changes", "[imap]") {
    std::mt19937 random(11);  // NOLINT: the same numbers each time
    std::set<std::uint32_t> model;
    for (int i = 0; i < 6000; ++i) model.insert(1 + random() % 20'000);
    UidMap map(counts_of(model), 20'001);
    for (std::size_t block = 0; block < map.blocks(); ++block) {
        Uids uids(model.lower_bound(UidMap::first_of(block)), model.upper_bound(UidMap::last_of(block)));
        REQUIRE(map.learn(block, uids));
    }
    check_same(map, model);
    std::uint32_t next = 20'001;
    for (int round = 0; round < 60; ++round) {
        Uids fresh;
        for (unsigned i = random() % 200; i > 0; --i) fresh.push_back(next += 1 + random() % 40);
        map.add(fresh);
        model.insert(fresh.begin(), fresh.end());
        const std::uint32_t first = 1 + random() % next, last = first + random() % 700;
        map.remove({{first, last}});
        model.erase(model.lower_bound(first), model.upper_bound(last));
        if (round % 20 == 19) {
            const std::uint32_t end = next - random() % 2000;
            map.cut(end);
            model.erase(model.lower_bound(end), model.end());
        }
        check_same(map, model);
    }
}
