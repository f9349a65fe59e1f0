#include "skyctl/csv.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::skyctl;

namespace {
using Fields = std::vector<std::string>;
}

TEST_CASE("rows are read as spreadsheets write them", "[skyctl]") {
    const auto rows = parse_csv(
        "\xEF\xBB\xBF"
        "address,name\r\nada@example.test, Ada \r\n\r\n\"grace@example.test\",\"Hopper, \"\"Amazing\"\" Grace\nCobol\"\nlin,\n");
    REQUIRE(rows);
    REQUIRE(rows->size() == 4);
    CHECK((*rows)[0].fields == Fields{"address", "name"});
    CHECK((*rows)[1].fields == Fields{"ada@example.test", "Ada"});
    CHECK((*rows)[2].fields == Fields{"grace@example.test", "Hopper, \"Amazing\" Grace\nCobol"});
    CHECK((*rows)[2].line == 4);
    CHECK((*rows)[3].fields == Fields{"lin", ""});
    CHECK((*rows)[3].line == 6);
    CHECK(parse_csv("")->empty());
    CHECK(parse_csv("a,b")->size() == 1);
    CHECK(parse_csv("a,")->front().fields == Fields{"a", ""});
}

TEST_CASE("a row that can't be read is named by its line", "[skyctl]") {
    for (const auto& [text, line] : {std::pair{"a\n\"b", "line 2"}, {"a\n\"b\"c,d\n", "line 2"}, {"a\nb\n\xff\n", "line 3"}}) {
        const auto rows = parse_csv(text);
        REQUIRE_FALSE(rows);
        CHECK(rows.error().fault == Fault::syntax);
        CHECK(rows.error().text.starts_with(line));
    }
}
