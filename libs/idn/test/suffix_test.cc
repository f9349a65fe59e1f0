#include "sky/idn/suffix.h"

#include <catch2/catch.hpp>

#include "sky/idn/confusable.h"

using namespace sky;
using namespace sky::idn;

TEST_CASE("public suffixes are known, private ones too", "[idn][rfc7489:3.2]") {
    for (const char* name : {"com", "co.uk", "com.au", "github.io", "foo.ck", "xn--p1ai", "xn--55qx5d.cn", "test", "unlisted"}) {
        CAPTURE(name);
        CHECK(is_public_suffix(name));
        CHECK_FALSE(organisational_domain(name));
        CHECK_FALSE(check_registrable(name));
    }
    for (const char* name : {"example.com", "example.co.uk", "www.ck", "someone.github.io", "example.unlisted", "mail.example.com"}) {
        CAPTURE(name);
        CHECK_FALSE(is_public_suffix(name));
        CHECK(check_registrable(name));
    }
    CHECK(organisational_domain("a.mail.example.co.uk") == "example.co.uk");
    CHECK(organisational_domain("mail.someone.github.io") == "someone.github.io");
    CHECK(organisational_domain("xn--bcher-kva.xn--p1ai") == "xn--bcher-kva.xn--p1ai");
}

TEST_CASE("names reserved for tests and examples can be hosted", "[idn][rfc6761:6]") {
    for (const char* name : {"example.test", "mail.example", "a.invalid", "a.localhost"}) CHECK(check_registrable(name));
    for (const char* name : {"test", "example", "invalid", "localhost"}) {
        const auto refused = check_registrable(name);
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().text, Catch::Contains("single label"));
    }
    CHECK_THAT(check_registrable("github.io").error().text, Catch::Contains("public suffix"));
}

TEST_CASE("labels that pass for others earn a warning", "[idn]") {
    CHECK(looks_confusable("раураl.example"));      // Cyrillic and Latin
    CHECK(looks_confusable("аррӏе.example"));       // all Cyrillic, looks Latin
    CHECK(looks_confusable("xn--80ak6aa92e.com"));  // the same, encoded
    for (const char* plain : {"example.com", "bücher.example", "例え.テスト", "пример.example", "παράδειγμα.example", "東京book.example"}) {
        CAPTURE(plain);
        CHECK_FALSE(looks_confusable(plain));
    }
}
