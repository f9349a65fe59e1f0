#include "auth/preferences.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::auth;

TEST_CASE("languages have one spelling each", "[auth][rfc5646:4.5]") {
    CHECK(canonical_language("en") == "en");
    CHECK(canonical_language("EN-au") == "en-AU");
    CHECK(canonical_language("zh-hant-tw") == "zh-Hant-TW");
    CHECK(canonical_language("sr-Latn") == "sr-Latn");
    for (const char* bad : {"", "e", "english language", "en_AU", "en-", "-en", "en--AU", "en-AU\n", "toolonglanguage", "d\xC3\xA4"}) {
        INFO(bad);
        CHECK(canonical_language(bad).error().fault == Fault::syntax);
    }
    CHECK_FALSE(canonical_language(std::string(100, 'a')));
    CHECK_FALSE(canonical_language(std::string_view("en\0AU", 5)));
}

TEST_CASE("time zones are those of the system's database, also by the names that Windows gives them", "[auth]") {
    CHECK(canonical_time_zone("Australia/Melbourne") == "Australia/Melbourne");
    CHECK(canonical_time_zone("America/Argentina/Buenos_Aires") == "America/Argentina/Buenos_Aires");
    CHECK(canonical_time_zone("UTC") == "UTC");
    CHECK(canonical_time_zone("W. Europe Standard Time") == "Europe/Berlin");
    for (const char* bad :
         {"", "Australia", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", "Australia/../UTC", "+10:00", "tzdata.zi", "d\xC3\xA4"}) {
        INFO(bad);
        CHECK(canonical_time_zone(bad).error().fault == Fault::syntax);
    }
    CHECK_FALSE(canonical_time_zone(std::string_view("UTC\0x", 5)));
}
