#include <catch2/catch.hpp>

#include "sky/dav-proto/request.h"
#include "sky/dav-proto/xml.h"

using namespace sky;
using namespace sky::dav;

TEST_CASE("names are resolved by their namespaces", "[dav][rfc4918:8.2]") {
    const auto root = parse_xml(
        R"(<?xml version="1.0"?><a:propfind xmlns:a="DAV:"><prop xmlns="DAV:"><b:x xmlns:b="urn:b" b:y="1" z="2"/><a:getetag/></prop></a:propfind>)");
    REQUIRE(root);
    CHECK(root->is("DAV:", "propfind"));
    const Element* prop = root->child("DAV:", "prop");
    REQUIRE(prop);
    CHECK(prop->children[0].is("urn:b", "x"));
    CHECK(prop->children[0].attributes[0].name.is("urn:b", "y"));
    CHECK(prop->children[0].attribute("z") == "2");
    CHECK(prop->children[1].is("DAV:", "getetag"));
}

TEST_CASE("a namespace ends with its element", "[dav]") {
    const auto root = parse_xml(R"(<a xmlns="urn:1"><b xmlns="urn:2"/><c/></a>)");
    REQUIRE(root);
    CHECK(root->children[0].is("urn:2", "b"));
    CHECK(root->children[1].is("urn:1", "c"));
}

TEST_CASE("what is no well-formed, bounded XML is refused", "[dav][S56]") {
    for (const char* bad :
         {"", "x", "<a>", "<a></b>", "<a/><b/>", "<p:a/>", "<a><q:b/></a>", "<:a/>", "<!DOCTYPE a><a/>", "<a x=1/>", "<a>\xff</a>",
          "<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><a>&lol;</a>", "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"}) {
        INFO(bad);
        const auto root = parse_xml(bad);
        REQUIRE_FALSE(root);
        CHECK(root.error().fault == Fault::syntax);
    }
}

TEST_CASE("depth, elements, attributes and size have limits", "[dav][S56]") {
    const auto nested = [](std::size_t depth) {
        std::string out;
        for (std::size_t i = 0; i < depth; ++i) out += "<a>";
        for (std::size_t i = 0; i < depth; ++i) out += "</a>";
        return out;
    };
    CHECK(parse_xml(nested(64)));
    CHECK_FALSE(parse_xml(nested(65)));
    CHECK_FALSE(parse_xml(nested(90'000)));
    std::string wide = "<a>";
    for (int i = 0; i < 250'000; ++i) wide += "<b/>";
    CHECK(parse_xml(wide + "</a>").error().fault == Fault::too_large);
    std::string many = "<a";
    for (int i = 0; i < 2'000; ++i) many += " x" + std::to_string(i) + "='1'";
    CHECK(parse_xml(many + "/>").error().fault == Fault::too_large);
    CHECK(parse_xml(std::string(11 << 20, ' ')).error().fault == Fault::too_large);
}

TEST_CASE("UTF-16 bodies are read", "[dav][rfc4918:8.2]") {
    const std::string text = "<a xmlns='DAV:'>x</a>";
    std::string wide = "\xff\xfe";
    for (char c : text) wide += std::string{c, '\0'};
    const auto root = parse_xml(wide);
    REQUIRE(root);
    CHECK(root->is("DAV:", "a"));
    CHECK(root->text == "x");
}

TEST_CASE("writing and reading an element again changes nothing", "[dav]") {
    const auto first =
        parse_xml(R"(<x:a xmlns:x="urn:x" xmlns:y="urn:y" y:q="1&quot;2" p="&lt;"><b>t&amp;u</b><y:c xml:lang="en"/></x:a>)");
    REQUIRE(first);
    const auto second = parse_xml(write_xml(*first));
    REQUIRE(second);
    CHECK(write_xml(*second) == write_xml(*first));
    CHECK(second->attributes[0].value == "1\"2");
    CHECK(second->children[0].text == "t&u");
    CHECK(second->children[0].is("", "b"));
}

TEST_CASE("PROPFIND is prop, allprop or propname", "[dav][rfc4918:9.1]") {
    CHECK(parse_propfind("")->kind == Propfind::Kind::allprop);
    CHECK(parse_propfind("<propfind xmlns='DAV:'><propname/></propfind>")->kind == Propfind::Kind::propname);
    const auto some = parse_propfind("<propfind xmlns='DAV:'><prop><getetag/><x xmlns='urn:q'/></prop></propfind>");
    REQUIRE(some);
    REQUIRE(some->props.size() == 2);
    CHECK(some->props[1].is("urn:q", "x"));
    CHECK_FALSE(parse_propfind("<propfind xmlns='DAV:'/>"));
    CHECK_FALSE(parse_propfind("<propfind xmlns='DAV:'><prop/><allprop/></propfind>"));
    CHECK_FALSE(parse_propfind("<propfind/>"));
}

TEST_CASE("PROPPATCH keeps its order", "[dav][rfc4918:9.2]") {
    const auto updates = parse_proppatch(
        "<propertyupdate xmlns='DAV:'><set><prop><displayname>a</displayname></prop></set><remove><prop><q "
        "xmlns='urn:q'/></prop></remove></propertyupdate>");
    REQUIRE(updates);
    REQUIRE(updates->size() == 2);
    CHECK((*updates)[0].property.text == "a");
    CHECK((*updates)[1].kind == PropertyUpdate::Kind::remove);
    CHECK_FALSE(parse_proppatch("<propertyupdate xmlns='DAV:'/>"));
}

TEST_CASE("MKCALENDAR and extended MKCOL set properties", "[dav][rfc4791:5.3.1][rfc5689:3]") {
    CHECK(parse_mkcol("")->empty());
    CHECK(parse_mkcol(
              "<C:mkcalendar xmlns:D='DAV:' "
              "xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop><D:displayname>Work</D:displayname></D:prop></D:set></C:mkcalendar>")
              ->front()
              .text == "Work");
    CHECK(parse_mkcol("<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/></resourcetype></prop></set></mkcol>")->size() == 1);
    CHECK_FALSE(parse_mkcol("<other/>"));
}

TEST_CASE("calendar-query holds a filter", "[dav][rfc4791:7.8]") {
    const auto query = [](std::string filter) {
        return parse_report(
            "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/><C:calendar-data/></prop>" + filter +
                "</C:calendar-query>",
            Depth::one);
    };
    const auto good = query(
        "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:time-range start='20260101T000000Z' "
        "end='20260201T000000Z'/>"
        "<C:prop-filter name='summary'><C:text-match "
        "negate-condition='yes'>x</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:filter>");
    REQUIRE(good);
    const auto& parsed = std::get<CalendarQuery>(*good);
    CHECK(parsed.filter.components[0].range->start);
    CHECK(parsed.filter.components[0].properties[0].name == "SUMMARY");
    CHECK(parsed.filter.components[0].properties[0].text->negate);
    const auto fails = [&](std::string filter) {
        const auto result = query(filter);
        return result ? std::string() : result.error().text;
    };
    CHECK(fails("") == "valid-filter");
    CHECK(fails("<C:filter/>") == "valid-filter");
    CHECK(fails("<C:filter><C:comp-filter name='VEVENT'/></C:filter>") == "valid-filter");
    CHECK(fails("<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter "
                "name='VEVENT'><C:time-range/></C:comp-filter></C:comp-filter></C:filter>") == "valid-filter");
    CHECK(fails("<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:time-range "
                "start='20260101'/></C:comp-filter></C:comp-filter></C:filter>") == "valid-filter");
    CHECK(fails("<C:filter><C:comp-filter name='VCALENDAR'><C:prop-filter name='X'><C:text-match "
                "collation='i;klingon'>x</C:text-match></C:prop-filter></C:comp-filter></"
                "C:filter>") == "supported-collation");
    CHECK(fails("<C:filter><C:comp-filter name='VCALENDAR'><C:mystery/></C:comp-filter></C:filter>") == "valid-filter");
}

TEST_CASE("multiget and sync-collection", "[dav][rfc4791:7.9][rfc6578:3.2]") {
    const auto multiget = parse_report(
        "<C:calendar-multiget xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/></prop><href>/a</href><href> /b "
        "</href></C:calendar-multiget>",
        Depth::zero);
    REQUIRE(multiget);
    CHECK(std::get<CalendarMultiget>(*multiget).hrefs == std::vector<std::string>{"/a", "/b"});
    const auto sync = parse_report(
        "<sync-collection "
        "xmlns='DAV:'><sync-token>urn:x</sync-token><sync-level>1</sync-level><limit><nresults>5</nresults></limit><prop><getetag/></"
        "prop></sync-collection>",
        Depth::zero);
    REQUIRE(sync);
    CHECK(std::get<SyncCollection>(*sync).limit == 5u);
    CHECK(std::get<SyncCollection>(*sync).level == Depth::one);
    CHECK_FALSE(parse_report("<sync-collection xmlns='DAV:'><limit><nresults>0</nresults></limit></sync-collection>", Depth::one));
    CHECK(parse_report("<acl-principal-prop-set xmlns='DAV:'/>", Depth::one).error().text == "supported-report");
}

TEST_CASE("Depth has three values", "[dav][rfc4918:10.2]") {
    CHECK(parse_depth(std::nullopt, Depth::infinity) == Depth::infinity);
    CHECK(parse_depth("1", Depth::zero) == Depth::one);
    CHECK(parse_depth("Infinity", Depth::zero) == Depth::infinity);
    CHECK_FALSE(parse_depth("2", Depth::zero));
}
