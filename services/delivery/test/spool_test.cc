#include "delivery/spool.h"

#include <catch2/catch.hpp>

using namespace sky;
using delivery::Spool;

TEST_CASE("a spool gives back what it took, in memory or in a file", "[delivery]") {
    Spool spool("/tmp");
    std::string all;
    for (int i = 0; i < 5; ++i) {
        const std::string piece(100'000, static_cast<char>('a' + i));
        REQUIRE(spool.append(piece));
        all += piece;
        CHECK(spool.size() == all.size());
    }
    CHECK(spool.view().value() == all);
    Spool moved(std::move(spool));
    CHECK(moved.view().value() == all);
}

TEST_CASE("a spool without room says so for the moment only", "[delivery]") {
    Spool spool("/no/such/directory");
    REQUIRE(spool.append("small"));
    const auto large = spool.append(std::string(delivery::spool_memory, 'x'));
    REQUIRE_FALSE(large);
    CHECK(large.error().fault == Fault::unavailable);
}
