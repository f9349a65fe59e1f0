#include "delivery/backoff.h"

#include <catch2/catch.hpp>

using namespace sky::delivery;
using namespace std::chrono_literals;

TEST_CASE("pauses double from the first to the longest", "[delivery][rfc5321:4.5.4.1]") {
    const Schedule schedule;
    const double middle = 0.5;  // no spread
    CHECK(pause_after(schedule, 1, middle) == 5min);
    CHECK(pause_after(schedule, 2, middle) == 10min);
    CHECK(pause_after(schedule, 4, middle) == 40min);
    CHECK(pause_after(schedule, 5, middle) == 70min);
    CHECK(pause_after(schedule, 1'000'000, middle) == 70min);
}

TEST_CASE("pauses are spread by a fifth either way", "[delivery]") {
    const Schedule schedule{.first = 1000ms, .most = 1000ms};
    CHECK(pause_after(schedule, 1, 0.0) == 800ms);
    CHECK(pause_after(schedule, 1, 0.999999) <= 1200ms);
    CHECK(pause_after(schedule, 1, 0.999999) > 1190ms);
}

TEST_CASE("an attempt that was not counted yet pauses like the first", "[delivery]") { CHECK(pause_after(Schedule{}, 0, 0.5) == 5min); }
