#include "sky/mime/date.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "lexer.h"
#include "sky/base/ascii.h"

namespace sky::mime {
namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<unsigned> month_of(std::string_view word) {
    if (word.size() < 3) return std::nullopt;
    for (unsigned i = 0; i < months.size(); ++i)
        if (ascii::equals_ignoring_case(word.substr(0, 3), months[i])) return i + 1;
    return std::nullopt;
}

// Minutes east. Military and unknown zones are +0000 (RFC 5322 §4.3).
int zone_of(std::string_view word) {
    if (word.size() == 5 && (word[0] == '+' || word[0] == '-')) {
        const auto digits = ascii::number(word.substr(1), 9999);
        if (!digits || *digits % 100 > 59) return 0;
        const int minutes = static_cast<int>(*digits / 100 * 60 + *digits % 100);
        return word[0] == '-' ? -minutes : minutes;
    }
    struct Named {
        std::string_view name;
        int hours;
    };
    constexpr std::array<Named, 8> named{
        {{"edt", -4}, {"est", -5}, {"cdt", -5}, {"cst", -6}, {"mdt", -6}, {"mst", -7}, {"pdt", -7}, {"pst", -8}}};
    for (const auto& zone : named)
        if (ascii::equals_ignoring_case(word, zone.name)) return zone.hours * 60;
    return 0;
}

struct Clock3 {
    unsigned hour, minute, second;
};

std::optional<Clock3> clock_of(std::string_view word) {
    const auto parts = ascii::split(word, ':');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    const auto h = ascii::number(parts[0], 23), m = ascii::number(parts[1], 59);
    const auto s = parts.size() == 3 ? ascii::number(parts[2].substr(0, 2), 60) : std::optional<std::uint64_t>(0);
    if (!h || !m || !s) return std::nullopt;
    return Clock3{static_cast<unsigned>(*h), static_cast<unsigned>(*m), static_cast<unsigned>(std::min<std::uint64_t>(*s, 59))};
}

std::optional<Time> moment(std::uint64_t year, unsigned month, std::uint64_t day, Clock3 clock, int offset) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || year > 9999 || !date.ok()) return std::nullopt;
    // The system clock counts nanoseconds and ends in 2262; RFC dates may lie outside.
    if (year < 1700 || year > 2200) return std::nullopt;
    return Time{sys_days(date)} + hours(clock.hour) + minutes(clock.minute) + seconds(clock.second) - minutes(offset);
}

struct Fields {
    int year;
    unsigned month, day;
    std::string_view weekday;
    long hour, minute, second;
};

Fields fields_of(Time time) {
    using namespace std::chrono;
    const auto seconds_since = floor<seconds>(time);
    const auto day_point = floor<std::chrono::days>(seconds_since);
    const year_month_day date{day_point};
    const hh_mm_ss clock{seconds_since - day_point};
    return {static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            days[weekday(day_point).c_encoding()],
            clock.hours().count(),
            clock.minutes().count(),
            clock.seconds().count()};
}

std::string month_name(unsigned month) {
    std::string name(months[month - 1]);
    name[0] = ascii::upper(name[0]);
    return name;
}

}  // namespace

std::optional<ZonedTime> parse_date(std::string_view value) {
    // Words in the order day month year time zone; a day name (with or without comma) and anything odd before the day are passed over.
    Lexer lexer(value.substr(0, 1000));
    std::vector<std::string> words;
    while (words.size() < 12) {
        lexer.skip();
        while (lexer.accept(',')) lexer.skip();
        if (lexer.at_end()) break;
        auto word = lexer.word(",");
        if (word.empty()) return std::nullopt;
        words.push_back(std::move(word));
    }
    std::size_t i = 0;
    while (i < words.size() && !ascii::is_digit(words[i][0])) ++i;
    if (i + 2 >= words.size()) return std::nullopt;
    const auto day = ascii::number(words[i], 31);
    const auto month = month_of(words[i + 1]);
    auto year = ascii::number(words[i + 2], 9999);
    if (!day || !month || !year) return std::nullopt;
    if (words[i + 2].size() == 2)
        *year += *year < 50 ? 2000 : 1900;
    else if (words[i + 2].size() == 3)
        *year += 1900;
    Clock3 clock{0, 0, 0};
    int offset = 0;
    if (i + 3 < words.size()) {
        const auto parsed = clock_of(words[i + 3]);
        if (!parsed) return std::nullopt;
        clock = *parsed;
        if (i + 4 < words.size()) offset = zone_of(words[i + 4]);
    }
    const auto time = moment(*year, *month, *day, clock, offset);
    if (!time) return std::nullopt;
    return ZonedTime{*time, offset};
}

std::string format_date(Time time) {
    const auto f = fields_of(time);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", f.weekday, f.day, month_name(f.month), f.year, f.hour, f.minute,
                       f.second);
}

std::string format_internal_date(Time time) {
    const auto f = fields_of(time);
    return fmt::format("{:2}-{}-{:04} {:02}:{:02}:{:02} +0000", f.day, month_name(f.month), f.year, f.hour, f.minute, f.second);
}

std::optional<Time> parse_internal_date(std::string_view text) {
    // dd-Mon-yyyy hh:mm:ss +zzzz, exactly 26 characters; the first of the day may be a space.
    if (text.size() != 26 || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[20] != ' ') return std::nullopt;
    const auto day = ascii::number(text[0] == ' ' ? text.substr(1, 1) : text.substr(0, 2), 31);
    const auto month = month_of(text.substr(3, 3));
    const auto year = ascii::number(text.substr(7, 4), 9999);
    const auto clock = clock_of(text.substr(12, 8));
    if (!day || !month || !year || !clock || (text[21] != '+' && text[21] != '-') || !ascii::number(text.substr(22), 9999))
        return std::nullopt;
    return moment(*year, *month, *day, *clock, zone_of(text.substr(21)));
}

}  // namespace sky::mime
