#include "sky/failpoint/failpoint.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#ifdef SKYBRIDGE_FAILPOINTS
using namespace sky;

namespace {
Result<int> work() {
    SKY_FAILPOINT_SYNC("test.work");
    return 7;
}
}  // namespace

TEST_CASE("a failpoint fails the named place on the chosen hit and nowhere else", "[failpoint]") {
    ::setenv("SKYBRIDGE_FAILPOINT", "test.other=error; test.work=error@2", 1);
    CHECK(work() == 7);
    const auto failed = work();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().fault == Fault::unavailable);
    CHECK(work() == 7);
    ::setenv("SKYBRIDGE_FAILPOINT", "test.work=sleep:0.01", 1);
    CHECK(work() == 7);
}
#endif
