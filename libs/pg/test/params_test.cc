#include <catch2/catch.hpp>

#include "sky/pg/pool.h"

using namespace sky;

TEST_CASE("parameters are big-endian and typed", "[pg]") {
    const auto params = pg::params(std::int64_t{1}, "ab", AccountId{2}, std::optional<std::int64_t>{});
    REQUIRE(params.count() == 4);
    CHECK(params.oids()[0] == 20);
    CHECK(params.oids()[1] == 25);
    CHECK(params.oids()[3] == 20);
    CHECK(std::string_view(params.values()[0], 8) == std::string_view("\0\0\0\0\0\0\0\1", 8));
    CHECK(params.lengths()[1] == 2);
    CHECK(params.lengths()[3] == -1);
    CHECK(params.values()[3] == nullptr);
}

TEST_CASE("only serialization failures and deadlocks are run again", "[pg]") {
    CHECK(pg::is_worth_retrying(Error{Fault::conflict, "", ""}));
    CHECK_FALSE(pg::is_worth_retrying(Error{Fault::already_exists, "", ""}));
}
