#include <catch2/catch.hpp>

#include "sky/dav-proto/href.h"
#include "sky/dav-proto/multistatus.h"

using namespace sky::dav;
using Segments = std::vector<std::string>;

TEST_CASE("hrefs become segments, decoded once", "[dav][rfc4918:8.3]") {
    CHECK(split_href("/dav/a%20b/") == Segments{"dav", "a b"});
    CHECK(split_href("https://host:1/x/%C3%A4.ics") == Segments{"x", "\xC3\xA4.ics"});
    CHECK(split_href("/a%252fb") == Segments{"a%2fb"});
    CHECK(split_href("/") == Segments{});
    CHECK(split_href("http://host") == Segments{});
}

TEST_CASE("no path climbs, hides or splits", "[dav][S57]") {
    for (const char* bad : {"",          "a",
                            "//host/x",  "/..",
                            "/a/../b",   "/./a",
                            "/a//b",     "/%2e%2e/x",
                            "/%2E%2e",   "/a%2fb",
                            "/a%2Fb",    "/a%5cb",
                            "/a\\b",     "/%00",
                            "/a%00.ics", "/%",
                            "/%2",       "/%zz",
                            "/%ff",      "/%c0%ae%c0%ae",
                            "/a?b",      "/a#b",
                            "/%0d%0aX",  "/a%7f",
                            "ftp://x/y", "file:///etc/passwd"}) {
        INFO(bad);
        CHECK_FALSE(split_href(bad));
    }
    CHECK_FALSE(split_href("/" + std::string(256, 'a')));
    std::string many;
    for (int i = 0; i < 17; ++i) many += "/a";
    CHECK_FALSE(split_href(many));
    for (const char* bad : {"", "a", "/..", "/a/../b", "/a//b", "/a\nb"}) CHECK_FALSE(split_path(bad));
}

TEST_CASE("encoding and splitting are inverse", "[dav]") {
    for (const std::string name : {"a", "a b", "100%", "\xC3\xA4", "x@y", "a&b<c>", "semi;colon", "q?h#", "+"}) {
        CHECK(split_href("/" + encode_segment(name)) == Segments{name});
    }
}

TEST_CASE("entity tags are listed or any", "[dav][rfc9110:13.1]") {
    CHECK(parse_entity_tags("*")->any);
    const auto tags = parse_entity_tags("\"a\", W/\"b\" ,\"c,d\"");
    REQUIRE(tags);
    CHECK(tags->tags == std::vector<std::string>{"\"a\"", "W/\"b\"", "\"c,d\""});
    CHECK(tags->holds("\"a\""));
    CHECK_FALSE(tags->holds("\"b\""));
    CHECK(tags->holds_weakly("\"b\""));
    for (const char* bad : {"", "a", "\"a", "\"a\" \"b\"", "\"a\",", "W/a"}) CHECK_FALSE(parse_entity_tags(bad));
}

TEST_CASE("a multistatus escapes what it carries", "[dav][rfc4918:13]") {
    Multistatus out;
    out.resource("/dav/a&b/", {{{"DAV:", "displayname"}, escape("<x>")}}, {{"urn:q", "gone"}});
    out.status("/dav/c", 404);
    out.sync_token("urn:t");
    const auto root = parse_xml(std::move(out).finish());
    REQUIRE(root);
    REQUIRE(root->children.size() == 3);
    CHECK(root->children[0].child("DAV:", "href")->text == "/dav/a%26b/");
    CHECK(root->children[0].children[1].child("DAV:", "prop")->children[0].text == "<x>");
    CHECK(root->children[0].children[2].child("DAV:", "prop")->children[0].is("urn:q", "gone"));
    CHECK(root->children[1].child("DAV:", "status")->text == "HTTP/1.1 404 Not Found");
}

TEST_CASE("an error body names its precondition", "[dav][rfc4918:16]") {
    const auto root = parse_xml(error_body({std::string(ns::caldav), "no-uid-conflict"}, href_element("/x"), "taken"));
    REQUIRE(root);
    CHECK(root->children[0].is(ns::caldav, "no-uid-conflict"));
    CHECK(root->children[0].children[0].text == "/x");
}
