#include "sky/imap-proto/list_pattern.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

using sky::imap::ListPattern;

namespace {
// The definition, read slowly.
bool slowly(std::string_view pattern, std::string_view name) {
    if (pattern.empty()) return name.empty();
    if (pattern[0] != '*' && pattern[0] != '%') return !name.empty() && name[0] == pattern[0] && slowly(pattern.substr(1), name.substr(1));
    if (slowly(pattern.substr(1), name)) return true;
    return !name.empty() && (pattern[0] == '*' || name[0] != '/') && slowly(pattern, name.substr(1));
}
}  // namespace

TEST_CASE("percent stops at the separator and star does not", "[imap-proto][rfc9051:6.3.9]") {
    CHECK(ListPattern("*").matches("a/b/c"));
    CHECK(ListPattern("%").matches("a"));
    CHECK_FALSE(ListPattern("%").matches("a/b"));
    CHECK(ListPattern("a/%").matches("a/b"));
    CHECK_FALSE(ListPattern("a/%").matches("a/b/c"));
    CHECK(ListPattern("%/b*").matches("a/bc/d"));
    CHECK(ListPattern("").matches(""));
    CHECK_FALSE(ListPattern("").matches("a"));
    CHECK(ListPattern("%/x").could_match_below("a"));
    CHECK_FALSE(ListPattern("%").could_match_below("a"));
}

TEST_CASE("patterns agree with their definition", "[imap-proto][rfc9051:6.3.9]") {
    std::mt19937 random(11);  // NOLINT: the same each time
    const auto text = [&](std::string_view letters, unsigned longest) {
        std::string out;
        for (unsigned i = random() % (longest + 1); i > 0; --i) out += letters[random() % letters.size()];
        return out;
    };
    for (int i = 0; i < 20'000; ++i) {
        const std::string pattern = text("ab/*%", 7), name = text("ab/", 8);
        INFO(pattern << " " << name);
        CHECK(ListPattern(pattern).matches(name) == slowly(pattern, name));
    }
}

TEST_CASE("long patterns cross the word boundary and stay linear", "[imap-proto][rfc9051:6.3.9]") {
    std::string pattern, name(1000, 'a');
    for (int i = 0; i < 300; ++i) pattern += "*a%";
    CHECK(ListPattern(pattern).matches(name));
    CHECK_FALSE(ListPattern(pattern + "b").matches(name));
    CHECK(ListPattern(std::string(200, 'a') + "*").matches(name));
    CHECK_FALSE(ListPattern(std::string(2000, '*')).matches(name));
}
