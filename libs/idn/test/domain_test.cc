#include "sky/idn/domain.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::idn;

TEST_CASE("a domain of any script becomes A-labels and comes back", "[idn][rfc5890:2.3.2.1][rfc5891:4][rfc5891:5]") {
    const auto [unicode, encoded] = GENERATE(table<std::string, std::string>({
        {"bücher.example", "xn--bcher-kva.example"},
        {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
        {"مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"},
        {"पाठ.example", "xn--d2bt4d.example"},
        {"faß.example", "xn--fa-hia.example"},  // non-transitional: not fass
    }));
    CAPTURE(unicode);
    CHECK(to_ascii(unicode).value() == encoded);
    CHECK(to_ascii(encoded).value() == encoded);
    CHECK(to_unicode(encoded) == unicode);
}

TEST_CASE("case, width, composition and other dots make no other domain", "[idn][rfc5891:4]") {
    CHECK(to_ascii("Example.TEST.").value() == "example.test");
    CHECK(to_ascii("BÜCHER.example").value() == "xn--bcher-kva.example");
    CHECK(to_ascii("bu\xcc\x88"
                   "cher.example")
              .value() == "xn--bcher-kva.example");
    CHECK(to_ascii("ｅｘａｍｐｌｅ。test").value() == "example.test");
    CHECK(to_ascii("localhost").value() == "localhost");
}

TEST_CASE("what is no domain name is refused with a reason", "[idn][rfc5891:4.2][rfc5891:5.4][rfc5893:2]") {
    const auto text = GENERATE(as<std::string>{}, "", ".", "a..test", ".test", "a.test..", "-a.test", "a-.test", "ab--cd.test", "a_b.test",
                               "a b.test", "xn--a.test", "xn--\xc3\xa4.test", "xn--bcher-kva-.test", "☃\xef\xbf\xbf.test",
                               "a\xd7\x90.test",  // a Latin letter before a Hebrew one
                               "\xe2\x80\x8d"
                               "a.test",  // a joiner that joins nothing
                               "a\xe2\x80\x8c"
                               "b.test",  // a non-joiner likewise
                               "\xcc\x88"
                               "a.test",  // a combining mark first
                               "a\xe2\x80\xae"
                               "b.test",
                               "\xff.test", "a\nb.test");
    CAPTURE(text);
    const auto got = to_ascii(text);
    REQUIRE_FALSE(got);
    CHECK(got.error().fault == Fault::syntax);
    CHECK_FALSE(got.error().text.empty());
}

TEST_CASE("labels and names have their limits", "[idn][rfc5891:4.2.4]") {
    CHECK(to_ascii(std::string(63, 'a') + ".test"));
    CHECK_FALSE(to_ascii(std::string(64, 'a') + ".test"));
    std::string name;
    for (int i = 0; i < 4; ++i) name += std::string(61, 'a') + ".";
    CHECK(to_ascii(name + "test1"));  // 253
    CHECK_FALSE(to_ascii(name + "test12"));
    CHECK_FALSE(to_ascii(std::string(100'000, 'a')));
}

TEST_CASE("what does not come back the same is shown as it is kept", "[idn][rfc5891:5]") {
    CHECK(to_unicode("xn--a.test") == "xn--a.test");
    CHECK(to_unicode("example.test") == "example.test");
    CHECK(to_unicode("xn--fa-hia.test") == "faß.test");
    CHECK(to_unicode("\xff") == "\xff");
}
