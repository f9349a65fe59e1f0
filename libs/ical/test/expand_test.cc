#include "sky/ical/expand.h"

#include <catch2/catch.hpp>

using namespace sky::ical;

namespace {
std::string wrap(std::string_view inner) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + std::string(inner) + "END:VCALENDAR\r\n";
}
TimeRange range(std::string_view from, std::string_view to) { return {parse_moment(from)->clock, parse_moment(to)->clock}; }
}  // namespace

TEST_CASE("a series is spread out in UTC without its rule", "[ical][rfc4791:9.6.5]") {
    const auto object =
        Object::parse(wrap("BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Nowhere:20260302T100000\r\nDTEND;TZID=Europe/"
                           "Nowhere:20260302T110000\r\nRRULE:FREQ=DAILY\r\nSUMMARY:x\\,y\r\nEND:VEVENT\r\n"
                           "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Europe/"
                           "Nowhere:20260303T100000\r\nDTSTART:20260303T150000Z\r\nSUMMARY:moved\r\nEND:VEVENT\r\n"));
    REQUIRE(object);
    const auto text = expand(*object, range("20260302T000000Z", "20260304T000000Z"), Zone());
    REQUIRE(text);
    CHECK(text->find("RRULE") == std::string::npos);
    CHECK(text->find("TZID") == std::string::npos);
    const auto again = parse_tree(*text);
    REQUIRE(again);
    REQUIRE(again->components.size() == 2);
    CHECK(again->components[0].property("DTSTART")->value == "20260302T100000Z");
    CHECK(again->components[0].property("DTEND")->value == "20260302T110000Z");
    CHECK(again->components[0].property("RECURRENCE-ID")->value == "20260302T100000Z");
    CHECK(text_of(again->components[0].property("SUMMARY")->value) == "x,y");
    CHECK(again->components[1].property("DTSTART")->value == "20260303T150000Z");
    CHECK(again->components[1].property("RECURRENCE-ID")->value == "20260303T100000Z");
}

TEST_CASE("days stay days when spread out", "[ical][rfc4791:9.6.5]") {
    const auto object = Object::parse(wrap("BEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"));
    const auto text = expand(*object, range("20260309T000000Z", "20260310T000000Z"), Zone());
    REQUIRE(text);
    CHECK(text->find("DTSTART;VALUE=DATE:20260309\r\n") != std::string::npos);
}

TEST_CASE("too many instances are refused", "[ical][S55]") {
    const auto object = Object::parse(wrap("BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260302T000000Z\r\nRRULE:FREQ=MINUTELY\r\nEND:VEVENT\r\n"));
    CHECK(expand(*object, range("20260302T000000Z", "20260402T000000Z"), Zone()).error().rule == Rule4791::max_instances);
}

TEST_CASE("lines are folded between characters", "[ical][rfc5545:3.1]") {
    std::string title;
    for (int i = 0; i < 60; ++i) title += "\xC3\xA4";
    const Component component{"VEVENT", {{"SUMMARY", {}, title}}, {}};
    const std::string text = write(component);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        CHECK(end - at <= 75);
        at = end + 2;
    }
    CHECK(parse_tree(wrap(text))->components[0].property("SUMMARY")->value == title);
}
