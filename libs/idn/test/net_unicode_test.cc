#include "sky/idn/net_unicode.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::idn;

TEST_CASE("what looks alike by its parts is one text", "[idn][rfc5198:3]") {
    CHECK(net_unicode("Entwu\xcc\x88rfe").value() == "Entwürfe");
    CHECK(net_unicode("Entwürfe").value() == "Entwürfe");
    CHECK(net_unicode("\xe2\x84\xab").value() == "\xc3\x85");                              // the unit Ångström is a letter
    CHECK(net_unicode("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab").value() == "\xed\x95\x9c");  // Hangul by its strokes
    CHECK(net_unicode("a\xcc\xa3\xcc\x82").value() == net_unicode("a\xcc\x82\xcc\xa3").value());
    CHECK(net_unicode("Straße ﬁ").value() == "Straße ﬁ");  // no folding
    CHECK(net_unicode("").value().empty());
    CHECK(net_unicode("a\xff").error().fault == Fault::syntax);
}
