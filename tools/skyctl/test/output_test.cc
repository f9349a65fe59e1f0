#include "skyctl/output.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "skyctl/migrations.h"
#include "skyctl/session.h"
#include "skyctl/verb.h"

using namespace sky;
using namespace sky::skyctl;

TEST_CASE("a table lines up by characters, not octets", "[skyctl]") {
    Table table({"name", "count"});
    table.add({std::string("ä"), std::int64_t{1}});
    table.add({std::string("long name"), std::int64_t{22}});
    CHECK(table.render(Format::table) == "NAME       COUNT\nä          1\nlong name  22\n");
}

TEST_CASE("JSON is valid whatever the peer wrote", "[skyctl]") {
    Table table({"text", "list"});
    table.add({std::string("a\"b\\c\n\x01\xff"), std::vector<std::string>{"x", "y"}});
    CHECK(table.render(Format::json) == "[{\"text\": \"a\\\"b\\\\c\\u000a\\u0001\xEF\xBF\xBD\", \"list\": [\"x\", \"y\"]}]\n");
    CHECK(Table({"a"}).render(Format::json) == "[]\n");
}

TEST_CASE("a table shows no control characters", "[skyctl]") {
    Table table({"reply"});
    table.add({std::string("\x1b[2J boo")});
    CHECK(table.render(Format::table) == "REPLY\n?[2J boo\n");
}

TEST_CASE("sizes are read and shown", "[skyctl]") {
    CHECK(parse_octets("5G") == std::int64_t{5} << 30);
    CHECK(parse_octets("512k") == 512 << 10);
    CHECK(parse_octets("7") == 7);
    for (const char* text : {"", "G", "-1", "5X", "1.5G", "99999999999G"}) CHECK_FALSE(parse_octets(text));
    CHECK(octets_text(0) == "0B");
    CHECK(octets_text(std::int64_t{5} << 30) == "5.0G");
    CHECK(moment_text(0).empty());
    CHECK(moment_text(1'700'000'000) == "2023-11-14 22:13:20Z");
}

TEST_CASE("every verb has a sentence and an example of its own", "[skyctl]") {
    std::set<std::string> names;
    for (const Verb* verb : verbs()) {
        const std::string name = (verb->group.empty() ? "" : std::string(verb->group) + " ") + std::string(verb->name);
        CAPTURE(name);
        CHECK(names.insert(name).second);
        CHECK(verb->sentence.ends_with("."));
        CHECK(verb->example.starts_with(name));
        CHECK(verb->run != nullptr);
    }
}

TEST_CASE("migrations of a room are numbered without gaps, and rooms come in their order", "[skyctl]") {
    std::vector<std::string_view> rooms;
    std::map<std::string_view, int> last;
    for (const auto& migration : embedded_migrations()) {
        if (rooms.empty() || rooms.back() != migration.room) rooms.push_back(migration.room);
        CHECK(migration.number == ++last[migration.room]);
        CHECK_FALSE(migration.sql.empty());
    }
    CHECK(rooms == std::vector<std::string_view>{"auth", "mailstore", "delivery", "calstore"});
}

TEST_CASE("exit codes tell scripts what happened", "[skyctl]") {
    CHECK(exit_code(Fault::syntax) == 2);
    CHECK(exit_code(Fault::not_found) == 3);
    CHECK(exit_code(Fault::already_exists) == 4);
    CHECK(exit_code(Fault::conflict) == 4);
    CHECK(exit_code(Fault::unavailable) == 1);
}
