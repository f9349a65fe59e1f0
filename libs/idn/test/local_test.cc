#include "sky/idn/local.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::idn;

TEST_CASE("a local part has one spelling in every script", "[idn][rfc6531:3.3]") {
    CHECK(normalise_local("Ada").value() == "ada");
    CHECK(normalise_local("GÖDEL").value() == "gödel");
    CHECK(normalise_local("go\xcc\x88"
                          "del")
              .value() == "gödel");
    CHECK(normalise_local("ΣΊΣΥΦΟΣ").value() == normalise_local("σίσυφος").value());
    CHECK(normalise_local("Straße").value() == "strasse");
    CHECK(normalise_local("用户+标签").value() == "用户+标签");
    CHECK(normalise_local("דניאל.2").value() == "דניאל.2");
    CHECK(normalise_local("पाठक").value() == "पाठक");
    CHECK(normalise_local("a b\"").value() == "a b\"");  // the grammar is the address's affair
}

TEST_CASE("local parts made to deceive are refused", "[idn][rfc6531:3.3][rfc5893:2]") {
    const auto text = GENERATE(as<std::string>{},
                               "ä\xe2\x80\xae"
                               "b",  // right-to-left override
                               "ä\xe2\x81\xa6"
                               "b",  // isolate
                               "ä\xe2\x80\x8b"
                               "b",  // zero width space
                               "ä\xe2\x80\x8d"
                               "b",  // joiner
                               "ä\xc2\xad"
                               "b",              // soft hyphen
                               "ä\xef\xb8\x8f",  // variation selector
                               "ä\xc2\x85",      // a C1 control
                               "ä\x01",
                               "ä\xc2\xa0"
                               "b",                 // a space that does not break
                               "ä\xe2\x80\xa8",     // line separator
                               "\xee\x80\x80",      // private use
                               "\xf3\xb0\x80\x80",  // private use, plane 15
                               "\xcd\xb8",          // unassigned
                               "\xef\xbf\xbf",      // never a character
                               "\xcc\x88"
                               "a",                       // a mark that joins the sign before
                               "ada-דניאל", "דניאל-ada",  // two directions
                               "1דניאל", "דניאל-",
                               "\xd8\xa7"
                               "1\xd9\xa1",  // number before the letters; both kinds of digits
                               "\xff", "\xed\xa0\x80");
    CAPTURE(text);
    const auto got = normalise_local(text);
    REQUIRE_FALSE(got);
    CHECK(got.error().fault == Fault::syntax);
    CHECK_FALSE(got.error().text.empty());
}
