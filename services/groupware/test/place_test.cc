#include "groupware/place.h"

#include <catch2/catch.hpp>

#include "groupware/call.h"
#include "groupware/properties.h"
#include "groupware/sign_ins.h"

using namespace sky;
using namespace sky::groupware;

TEST_CASE("paths lead to places of their owner only", "[groupware][S57][S58]") {
    const AccountId ada(42);
    CHECK(place_of("/", ada)->kind == Kind::root);
    CHECK(place_of("/dav/", ada)->kind == Kind::root);
    CHECK(place_of("/dav/principals/42/", ada)->kind == Kind::principal);
    CHECK(place_of("/dav/calendars/42", ada)->kind == Kind::home);
    CHECK(place_of("/dav/calendars/42/default/", ada)->calendar == "default");
    CHECK(place_of("/dav/calendars/42/default/a b.ics", ada)->object == "a b.ics");
    for (const char* bad : {"", "/x", "/dav/x", "/dav/calendars", "/dav/calendars/43/", "/dav/calendars/042/", "/dav/calendars/+42/",
                            "/dav/calendars/42/a/b/c", "/dav/principals/42/x", "/dav/calendars/42/../43/", "/dav//calendars/42"}) {
        INFO(bad);
        CHECK_FALSE(place_of(bad, ada));
    }
    CHECK(place_of_href("https://host/dav/calendars/42/c/%C3%A4.ics", ada)->object == "\xC3\xA4.ics");
    CHECK_FALSE(place_of_href("/dav/calendars/42/c/%2e%2e", ada));
}

TEST_CASE("Basic credentials are read strictly", "[groupware][rfc7617:2]") {
    CHECK(parse_basic("Basic YWRhQGV4YW1wbGUudGVzdDpwYTpzcw==")->password == "pa:ss");
    CHECK(parse_basic("basic YTo=")->password.empty());
    for (const char* bad : {"", "Basic", "Basic !!!", "Basic YQ==", "Basic OnBhc3M=", "Bearer YTpi", "Basic YTr/"})
        CHECK_FALSE(parse_basic(bad));
}

TEST_CASE("bearer tokens are read strictly", "[groupware][rfc6750:2.1]") {
    CHECK(parse_bearer("Bearer abc-._~+/09==") == "abc-._~+/09==");
    CHECK(parse_bearer("bearer  x ") == "x");
    for (const char* bad : {"", "Bearer", "Bearer ", "Bearer =", "Bearer a=b", "Bearer a b",
                            "Bearer a\x01"
                            "b",
                            "Bearer \xC3\xA4", "Basic YTpi"})
        CHECK_FALSE(parse_bearer(bad));
}

TEST_CASE("conditions hold or not", "[groupware][rfc9110:13.1]") {
    const auto with = [](const char* name, const char* value) {
        http::Request request;
        request.headers.add(name, value);
        return conditions_of(request).value();
    };
    const std::optional<std::string> none, a = "\"a\"";
    CHECK(Conditions{}.hold(none));
    CHECK(with("If-Match", "*").hold(a));
    CHECK_FALSE(with("If-Match", "*").hold(none));
    CHECK_FALSE(with("If-Match", "\"b\"").hold(a));
    CHECK_FALSE(with("If-Match", "W/\"a\"").hold(a));
    CHECK(with("If-None-Match", "*").hold(none));
    CHECK_FALSE(with("If-None-Match", "*").hold(a));
    CHECK_FALSE(with("If-None-Match", "W/\"a\"").hold(a));
}

TEST_CASE("a client sets what is its own and nothing else", "[groupware][rfc4918:9.2]") {
    calstore::CollectionFace face;
    const auto set = [&](std::string xml) { return set_property(dav::parse_xml(xml).value(), face); };
    CHECK(set("<displayname xmlns='DAV:'>Work</displayname>") == Change::done);
    CHECK(face.display_name == "Work");
    CHECK(set("<calendar-color xmlns='http://apple.com/ns/ical/'>#ff0000</calendar-color>") == Change::done);
    CHECK(set("<calendar-color xmlns='http://apple.com/ns/ical/'>red</calendar-color>") == Change::bad_value);
    CHECK(set("<calendar-order xmlns='http://apple.com/ns/ical/'>-3</calendar-order>") == Change::done);
    CHECK(face.order == -3);
    CHECK(set("<getetag xmlns='DAV:'>x</getetag>") == Change::is_protected);
    CHECK(set("<getctag xmlns='http://calendarserver.org/ns/'>x</getctag>") == Change::is_protected);
    CHECK(set("<x xmlns='urn:x'>" + std::string(2000, 'x') + "</x>") == Change::bad_value);
    CHECK(set("<calendar-timezone xmlns='urn:ietf:params:xml:ns:caldav'>nonsense</calendar-timezone>") == Change::bad_value);
    CHECK(set("<x xmlns='urn:x'><y/>&lt;</x>") == Change::done);
    CHECK(face.properties.at("{urn:x}x") == "&lt;<y xmlns=\"urn:x\"></y>");
    CHECK(remove_property({"urn:x", "x"}, face) == Change::done);
    CHECK(face.properties.empty());
}
