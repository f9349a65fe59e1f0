#include <catch2/catch.hpp>

#include "sky/ical/filter.h"
#include "sky/ical/object.h"

using namespace sky::ical;

namespace {

std::string wrap(std::string_view inner) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n" + std::string(inner) + "END:VCALENDAR\r\n";
}
std::string event(std::string_view lines) {
    return wrap("BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\n" + std::string(lines) + "END:VEVENT\r\n");
}

constexpr std::string_view berlin =
    "BEGIN:VTIMEZONE\r\nTZID:Berlin\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:"
    "DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:"
    "STANDARD\r\n"
    "END:VTIMEZONE\r\n";

std::string refusal(std::string_view bytes) {
    const auto parsed = Object::parse(bytes);
    return parsed ? "" : std::string(precondition(parsed.error().rule));
}

Seconds utc(std::string_view text) { return parse_moment(text)->clock; }
TimeRange range(std::string_view from, std::string_view to) { return {utc(from), utc(to)}; }

std::vector<std::string> starts(const Object& object, const TimeRange& window) {
    std::vector<std::string> out;
    Steps steps;
    object.instances(window, Zone(), steps, [&](const Instance& instance) {
        out.push_back(write_utc(instance.start));
        return true;
    });
    return out;
}
std::vector<std::string> starts(std::string_view bytes, const TimeRange& window) { return starts(Object::parse(bytes).value(), window); }

bool overlaps(std::string_view bytes, const TimeRange& window) {
    Steps steps;
    return Object::parse(bytes).value().overlaps(window, Zone(), steps);
}

}  // namespace

TEST_CASE("an event is read and summarised", "[ical][rfc5545:3.6.1]") {
    const auto object =
        Object::parse(event("SUMMARY:Tea\\, with\\nmilk\r\nSEQUENCE:3\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T113000Z\r\n"));
    REQUIRE(object);
    CHECK(object->summary().uid == "u1");
    CHECK(object->summary().title == "Tea, with\nmilk");
    CHECK(object->summary().sequence == 3);
    CHECK(object->summary().kind == Kind::event);
    CHECK_FALSE(object->summary().recurring);
    CHECK(object->summary().starts == utc("20260302T100000Z"));
    CHECK(object->summary().ends == utc("20260302T113000Z"));
}

TEST_CASE("what is no calendar object resource is refused with the precondition's name", "[ical][rfc4791:4.1]") {
    const std::string one = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n";
    CHECK(refusal("") == "valid-calendar-data");
    CHECK(refusal("hello") == "valid-calendar-data");
    CHECK(refusal("BEGIN:VCALENDAR\r\n") == "valid-calendar-data");
    CHECK(refusal(wrap("")) == "valid-calendar-object-resource");
    CHECK(refusal(wrap("METHOD:REQUEST\r\n" + one)) == "valid-calendar-object-resource");
    CHECK(refusal(wrap(one + one)) == "valid-calendar-object-resource");
    CHECK(refusal(wrap(one + "BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n")) == "valid-calendar-object-resource");
    CHECK(refusal(wrap(one + "BEGIN:VTODO\r\nUID:a\r\nRECURRENCE-ID:20260101T000000Z\r\nEND:VTODO\r\n")) ==
          "valid-calendar-object-resource");
    CHECK(refusal(wrap("BEGIN:VFREEBUSY\r\nUID:a\r\nEND:VFREEBUSY\r\n")) == "supported-calendar-component");
    CHECK(refusal(wrap("BEGIN:VEVENT\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n")) == "valid-calendar-object-resource");
    CHECK(refusal(wrap("BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n")) == "valid-calendar-data");
    CHECK(refusal(wrap(one) + wrap(one)) == "valid-calendar-data");
    CHECK(refusal(event("DTSTART:20261301T000000Z\r\n")) == "valid-calendar-data");
    CHECK(refusal(event("DTSTART:20260101T000000Z\r\nRRULE:FREQ=SOMETIMES\r\n")) == "valid-calendar-data");
    CHECK(refusal(event("DTSTART:20260101T000000Z\r\nSUMMARY:\xff\xfe\r\n")) == "valid-calendar-data");
    CHECK(refusal(event(std::string("DTSTART:20260101T000000Z\r\nSUMMARY:a\0b\r\n", 40))) == "valid-calendar-data");
    CHECK(refusal(event("DTSTART:20260101T000000Z\r\nDESCRIPTION:" + std::string(1 << 20, 'x') + "\r\n")) == "max-resource-size");
}

TEST_CASE("empty values and strange parameters are common and harmless", "[ical]") {
    CHECK(
        refusal(event(
            "DTSTART:20260101T000000Z\r\nLOCATION:\r\nSUMMARY;X-A=b;LANGUAGE=en:Hi\r\nX-APPLE-THING;VALUE=URI;X-Q=\"a,b\":geo:1,2\r\n")) ==
        "");
}

TEST_CASE("lines are unfolded before they are read, and bare LF will do", "[ical][rfc5545:3.1]") {
    const auto object = Object::parse(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\n b\nDTSTART:20260101T00\n\t0000Z\nEND:VEV\n ENT\nEND:VCALENDAR\n");
    REQUIRE(object);
    CHECK(object->summary().uid == "ab");
}

TEST_CASE("nesting and endless parameters are refused before libical sees them", "[ical][S55]") {
    std::string deep;
    for (int i = 0; i < 20'000; ++i) deep += "BEGIN:VEVENT\r\n";
    CHECK(refusal(wrap(deep)) == "valid-calendar-data");
    std::string wide = "SUMMARY";
    for (int i = 0; i < 50'000; ++i) wide += ";X=1";
    CHECK(refusal(event("DTSTART:20260101T000000Z\r\n" + wide + ":x\r\n")) == "valid-calendar-data");
}

TEST_CASE("a series keeps its wall clock over daylight saving", "[ical][rfc5545:3.8.5]") {
    const auto bytes = wrap(std::string(berlin) +
                            "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Berlin:20260327T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=4\r\n"
                            "EXDATE;TZID=Berlin:20260328T090000\r\nEND:VEVENT\r\n");
    CHECK(starts(bytes, range("20260101T000000Z", "20270101T000000Z")) ==
          std::vector<std::string>{"20260327T080000Z", "20260329T070000Z", "20260330T070000Z"});
}

TEST_CASE("a time in the gap counts with the offset before it, a doubled time is its first", "[ical][rfc5545:3.3.5]") {
    const auto tree = parse_tree(wrap(berlin)).value();
    const Zone zone = Zone::from(tree.components.front()).value();
    CHECK(write_utc(zone.to_utc(utc("20260329T023000"))) == "20260329T013000Z");
    CHECK(write_utc(zone.to_utc(utc("20261025T023000"))) == "20261025T003000Z");
    CHECK(write_utc(zone.to_utc(utc("20260701T120000"))) == "20260701T100000Z");
    CHECK(write_utc(zone.to_clock(utc("20261025T013000Z"))) == "20261025T023000Z");
    const Zone fresh = Zone::from(tree.components.front()).value();
    CHECK(write_utc(fresh.to_utc(utc("10130201T090000"))) == "10130201T080000Z");  // long before the first transition
}

TEST_CASE("an override moves its instance and only that", "[ical][rfc5545:3.8.4.4]") {
    const auto bytes = wrap(
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20260309T100000Z\r\nDTSTART:20260310T150000Z\r\nDTEND:20260310T160000Z\r\nEND:VEVENT\r\n");
    CHECK_FALSE(overlaps(bytes, range("20260309T000000Z", "20260310T000000Z")));
    CHECK(overlaps(bytes, range("20260310T153000Z", "20260310T154500Z")));
    CHECK(starts(bytes, range("20260101T000000Z", "20270101T000000Z")).size() == 3);
}

TEST_CASE("RDATE adds instances, a period with its own end", "[ical][rfc5545:3.8.5.2]") {
    const auto bytes =
        event("DTSTART:20260302T100000Z\r\nDURATION:PT1H\r\nRDATE:20260305T100000Z\r\nRDATE;VALUE=PERIOD:20260401T100000Z/PT5H\r\n");
    CHECK(starts(bytes, range("20260101T000000Z", "20270101T000000Z")).size() == 3);
    CHECK(overlaps(bytes, range("20260401T140000Z", "20260401T143000Z")));
    CHECK(Object::parse(bytes)->summary().ends == utc("20260401T150000Z"));
}

TEST_CASE("recurrence rules mean what the RFC's examples say", "[ical][rfc5545:3.3.10]") {
    const auto dates = [](std::string_view start, std::string rule, std::size_t count) {
        const Rule parsed = parse_rule(rule).value();
        Steps steps;
        Walk walk(parsed, utc(start), std::nullopt, steps);
        std::string out;
        for (std::size_t i = 0; i < count; ++i) {
            const auto next = walk.next();
            if (!next) break;
            out += (i ? " " : "") + write_date(*next).substr(2);
        }
        return out;
    };
    CHECK(dates("19970905T090000", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR", 9) == "970905 971003 971107 971205");
    CHECK(dates("19970930T090000", "FREQ=MONTHLY;BYMONTHDAY=1,-1", 4) == "970930 971001 971031 971101");
    CHECK(dates("19970922T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", 9) == "970922 971020 971117");
    CHECK(dates("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 3) == "970512 980511 990517");
    CHECK(dates("19970519T090000", "FREQ=YEARLY;BYDAY=20MO", 3) == "970519 980518 990517");
    CHECK(dates("19970101T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", 9) == "970101 970410 970719 000101");
    CHECK(dates("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", 9) == "970904 971007 971106");
    CHECK(dates("19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", 3) == "970929 971030 971127");
    CHECK(dates("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", 9) == "970805 970810 970819 970824");
    CHECK(dates("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", 9) == "970805 970817 970819 970831");
    CHECK(dates("19980213T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 4) == "980213 980313 981113 990813");
    CHECK(dates("20240229T090000", "FREQ=YEARLY", 3) == "240229 280229 320229");
    CHECK(dates("20260131T090000", "FREQ=MONTHLY", 3) == "260131 260331 260531");
    CHECK(dates("19961105T090000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", 3) == "961105 001107 041102");
    CHECK(dates("19970902T090000", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", 2) == "970902 970902");
    CHECK(dates("20260101T095900", "FREQ=HOURLY;INTERVAL=5;BYDAY=MO", 3) == "260101 260105 260105");
    CHECK(dates("20260101T095930", "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3", 3) == "260101 260102 260102");
}

// The oracle is the definition itself, day by day.
TEST_CASE("the walk agrees with a naive scan of days", "[ical][F18]") {
    struct Case {
        const char* rule;
        std::function<bool(int weekday, int month, int day)> fits;
    };
    const Case cases[] = {
        {"FREQ=DAILY;BYMONTH=2,7;BYDAY=SA", [](int w, int m, int) { return (m == 2 || m == 7) && w == 6; }},
        {"FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", [](int w, int, int d) { return d == 13 && w == 5; }},
        {"FREQ=YEARLY;BYMONTH=3;BYDAY=SU", [](int w, int m, int) { return m == 3 && w == 0; }},
        {"FREQ=WEEKLY;BYDAY=MO,WE", [](int w, int, int) { return w == 1 || w == 3; }},
        {"FREQ=HOURLY;BYHOUR=8;BYMONTHDAY=31", [](int, int, int d) { return d == 31; }},
        {"FREQ=SECONDLY;BYHOUR=8;BYMINUTE=0;BYSECOND=0;BYMONTHDAY=1", [](int, int, int d) { return d == 1; }},
    };
    const Seconds start = utc("20250101T080000");
    for (const Case& one : cases) {
        const Rule rule = parse_rule(one.rule).value();
        Steps steps(1'000'000);
        Walk walk(rule, start, std::nullopt, steps);
        walk.next();
        for (Seconds clock = start + day_seconds; clock < start + 1200 * day_seconds; clock += day_seconds) {
            const std::string date = write_date(clock);
            const int weekday = static_cast<int>((clock / day_seconds + 4) % 7);
            if (!one.fits(weekday, std::stoi(date.substr(4, 2)), std::stoi(date.substr(6)))) continue;
            const auto next = walk.next();
            INFO(one.rule << " " << date);
            REQUIRE(next);
            REQUIRE(write_utc(*next) == write_utc(clock));
        }
    }
}

TEST_CASE("leaping ahead changes no instance", "[ical]") {
    for (const char* text : {"FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
                             "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1,53", "FREQ=HOURLY;INTERVAL=7", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"}) {
        const Rule rule = parse_rule(text).value();
        Steps steps(1'000'000);
        const Seconds start = utc("20250106T080000"), from = utc("20290101T000000");
        Walk slow(rule, start, std::nullopt, steps), fast(rule, start, std::nullopt, steps);
        fast.skip_to(from);
        auto a = slow.next();
        while (*a < from) a = slow.next();
        auto b = fast.next();
        while (*b < from) b = fast.next();
        for (int i = 0; i < 20; ++i, a = slow.next(), b = fast.next()) {
            INFO(text);
            REQUIRE(a == b);
        }
    }
}

TEST_CASE("recurrence bombs end within the budget", "[ical][S55]") {
    const auto put = [](std::string rule) { return refusal(event("DTSTART:20260101T000000Z\r\nRRULE:" + rule + "\r\n")); };
    CHECK(put("FREQ=SECONDLY;COUNT=2000000000") == "max-instances");
    CHECK(put("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30") == "max-instances");
    CHECK(put("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") == "max-instances");
    CHECK(put("FREQ=SECONDLY") == "");
    std::string sixty;
    for (int i = 0; i < 60; ++i) sixty += (i ? "," : "") + std::to_string(i);
    CHECK(put("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=" + sixty + ";BYSECOND=" + sixty +
              ";COUNT=100000") == "max-instances");
    std::string dates = "RDATE:20260101T000000Z";
    for (int i = 0; i < 40'000; ++i) dates += ",20260101T000000Z";
    CHECK(refusal(event("DTSTART:20260101T000000Z\r\n" + dates + "\r\n")) == "max-instances");

    const auto endless = Object::parse(event("DTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY\r\n"));
    Steps steps;
    CHECK(endless->instances(range("20260601T000000Z", "20270601T000000Z"), Zone(), steps, [](const Instance&) { return true; }) ==
          Outcome::over_budget);
    Steps more;
    CHECK(endless->overlaps(range("20990601T000000Z", "20990601T000001Z"), Zone(), more));
}

TEST_CASE("long lists of dates are read to their end", "[ical]") {
    std::string dates = "RDATE:20260301T000000Z";
    for (int i = 0; i < 1'200; ++i) dates += "," + write_utc(utc("20260302T000000Z") + i * day_seconds);
    CHECK(starts(event("DTSTART:20260101T000000Z\r\n" + dates + "\r\n"), TimeRange{}).size() == 1'202);
}

TEST_CASE("bounds hold the whole series", "[ical]") {
    const auto bounds = [](std::string lines) { return Object::parse(event(lines))->summary(); };
    CHECK(bounds("DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\n").ends == std::nullopt);
    CHECK(bounds("DTSTART:20260101T000000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n").ends == utc("20260103T010000Z"));
    CHECK(bounds("DTSTART:20260101T000000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL=20260110T000000Z\r\n").ends ==
          utc("20260110T010000Z"));
    CHECK(bounds("DTSTART;VALUE=DATE:20260101\r\n").starts == utc("20251231T100000Z"));
    CHECK(bounds("DTSTART;VALUE=DATE:20260101\r\n").ends == utc("20260102T120000Z"));
}

TEST_CASE("time ranges of events touch by the table", "[ical][rfc4791:9.9]") {
    const auto timed = event("DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n");
    CHECK(overlaps(timed, range("20260302T105959Z", "20260302T120000Z")));
    CHECK_FALSE(overlaps(timed, range("20260302T110000Z", "20260302T120000Z")));
    CHECK_FALSE(overlaps(timed, range("20260302T090000Z", "20260302T100000Z")));
    const auto moment = event("DTSTART:20260302T100000Z\r\n");
    CHECK(overlaps(moment, range("20260302T100000Z", "20260302T100001Z")));
    CHECK_FALSE(overlaps(moment, range("20260302T090000Z", "20260302T100000Z")));
    const auto day = event("DTSTART;VALUE=DATE:20260302\r\n");
    CHECK(overlaps(day, range("20260302T235959Z", "20260303T000000Z")));
    CHECK_FALSE(overlaps(day, range("20260303T000000Z", "20260304T000000Z")));
    CHECK(overlaps(timed, {utc("20260101T000000Z"), std::nullopt}));
    CHECK_FALSE(overlaps(timed, {std::nullopt, utc("20260101T000000Z")}));
}

TEST_CASE("time ranges of tasks follow the table too", "[ical][rfc4791:9.9]") {
    const auto todo = [](std::string lines) { return wrap("BEGIN:VTODO\r\nUID:t\r\n" + lines + "END:VTODO\r\n"); };
    const auto march = range("20260301T000000Z", "20260401T000000Z");
    CHECK(overlaps(todo(""), march));
    CHECK(overlaps(todo("DUE:20260310T000000Z\r\n"), march));
    CHECK_FALSE(overlaps(todo("DUE:20260410T000000Z\r\n"), march));
    CHECK(overlaps(todo("DTSTART:20260210T000000Z\r\nDUE:20260310T000000Z\r\n"), march));
    CHECK_FALSE(overlaps(todo("DTSTART:20260210T000000Z\r\nDUE:20260211T000000Z\r\n"), march));
    CHECK(overlaps(todo("COMPLETED:20260310T000000Z\r\n"), march));
    CHECK_FALSE(overlaps(todo("COMPLETED:20260210T000000Z\r\n"), march));
    CHECK(overlaps(todo("CREATED:20260210T000000Z\r\n"), march));
    CHECK_FALSE(overlaps(todo("CREATED:20260510T000000Z\r\n"), march));
    CHECK(Object::parse(todo(""))->summary().ends == std::nullopt);
}

TEST_CASE("filters test components, properties, parameters and text", "[ical][rfc4791:9.7]") {
    const auto object = Object::parse(
        event("SUMMARY:Board Meeting\r\nDTSTART:20260302T100000Z\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ada@example.test\r\n"
              "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"));
    REQUIRE(object);
    const auto try_with = [&](ComponentFilter inner) {
        Steps steps;
        return matches(*object, ComponentFilter{.name = "VCALENDAR", .components = {std::move(inner)}}, Zone(), steps);
    };
    const auto title = [&](TextMatch text) {
        return try_with({.name = "VEVENT", .properties = {{.name = "SUMMARY", .text = std::move(text)}}});
    };
    CHECK(try_with({.name = "VEVENT"}));
    CHECK_FALSE(try_with({.name = "VTODO"}));
    CHECK(try_with({.name = "VTODO", .presence = Presence::absent}));
    CHECK(title({.text = "board"}));
    CHECK_FALSE(title({.text = "board", .collation = Collation::octet}));
    CHECK_FALSE(title({.text = "board", .negate = true}));
    CHECK(try_with({.name = "VEVENT", .properties = {{.name = "LOCATION", .presence = Presence::absent}}}));
    CHECK(
        try_with({.name = "VEVENT",
                  .properties = {{.name = "ATTENDEE", .parameters = {{.name = "PARTSTAT", .text = TextMatch{.text = "needs-action"}}}}}}));
    const auto alarm = [&](TimeRange when) { return try_with({.name = "VEVENT", .components = {{.name = "VALARM", .range = when}}}); };
    CHECK(alarm(range("20260302T094500Z", "20260302T094501Z")));
    CHECK_FALSE(alarm(range("20260302T100000Z", "20260302T101000Z")));
}

TEST_CASE("durations and dates refuse what they are not", "[ical][rfc5545:3.3.4][rfc5545:3.3.6]") {
    CHECK(parse_duration("-P1DT2H")->total() == -(86'400 + 7'200));
    CHECK(parse_duration("P2W")->days == 14);
    for (const char* bad : {"", "P", "PT", "1D", "P1", "PT1D", "P99999999999D", "P1H"}) CHECK_FALSE(parse_duration(bad));
    for (const char* bad : {"", "2026", "20260230", "20260101T", "20260101T250000", "20260101T000000X", "2026010aT000000"})
        CHECK_FALSE(parse_moment(bad));
}

TEST_CASE("every prefix of an object is refused or read, never worse", "[ical]") {
    const auto bytes = wrap(std::string(berlin) +
                            "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Berlin:20260327T090000\r\nRRULE:FREQ=DAILY;COUNT=4\r\nEND:VEVENT\r\n");
    for (std::size_t n = 0; n < bytes.size(); ++n) (void)Object::parse(std::string_view(bytes).substr(0, n));
    CHECK(Object::parse(bytes));
}
