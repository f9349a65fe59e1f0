#include <catch2/catch.hpp>

#include "sky/json/read.h"

using namespace sky;
using namespace sky::json;

TEST_CASE("one object and nothing behind it is a document", "[json][rfc8259:2]") {
    const auto read = parse_object(R"( {"a":"x","n":1.5,"l":["p","q"],"m":[1]} )");
    REQUIRE(read);
    CHECK(text_of(*read, "a") == "x");
    CHECK(number_of(*read, "n") == 1.5);
    CHECK(texts_of(*read, "l") == std::vector<std::string>{"p", "q"});
    CHECK_FALSE(texts_of(*read, "m"));
    CHECK_FALSE(text_of(*read, "n"));
    CHECK_FALSE(number_of(*read, "a"));
    for (const auto* bad : {"", "{", "[]", "1", "{} x", "{}{}", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":NaN}", "/**/{}",
                            "\xEF\xBB\xBF{}", "{\"a\":\"\xff\"}", "{\"a\":\"\xED\xA0\x80\"}"})
        CHECK_FALSE(parse_object(bad));
}

TEST_CASE("a member named twice is refused at any depth, however it is written", "[json][rfc8259:4]") {
    for (const auto* bad : {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"x":{"b":1,"b":2}})", R"({"x":[{"b":1,"b":2}]})"}) {
        const auto read = parse_object(bad);
        REQUIRE_FALSE(read);
        CHECK(read.error().reason == "a member stands twice");
    }
    CHECK(parse_object(R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})"));
}

TEST_CASE("depth, size and the number of members are bounded", "[json][rfc8259:9]") {
    CHECK(parse_object(R"({"a":[[1]]})", {.depth = 3}));
    CHECK_FALSE(parse_object(R"({"a":[[[1]]]})", {.depth = 3}));
    CHECK_FALSE(parse_object(R"({"a":1,"b":2})", {.members = 1}));
    CHECK(parse_object("{}", {.octets = 2}));
    CHECK(parse_object("{} ", {.octets = 2}).error().fault == Fault::too_large);
    CHECK_FALSE(parse_object(R"({"a":)" + std::string(50000, '[')));
}
