// Flags and dates of the grammar (RFC 9051 §9: flag, date, date-time).
#include <array>

#include "grammar.h"
#include "sky/imap-proto/arguments.h"

namespace sky::imap {
namespace {

struct Named {
    std::string_view name;
    std::uint16_t bit;
};
// \Recent may be named by old clients; no one can set it, so it means nothing.
constexpr std::array<Named, 6> system_flags{{{"Answered", flag_answered},
                                             {"Flagged", flag_flagged},
                                             {"Deleted", flag_deleted},
                                             {"Seen", flag_seen},
                                             {"Draft", flag_draft},
                                             {"Recent", 0}}};

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "17-Jul-1996"; the day may have one digit or, in a date-time, a space before it.
std::optional<std::chrono::sys_days> read_date(std::string_view text) {
    if (text.size() == 10) {  // d-Mon-yyyy
        if (!ascii::is_digit(text[0])) return std::nullopt;
    } else if (text.size() != 11) {
        return std::nullopt;
    }
    const std::size_t dash = text.size() - 9;
    std::string_view day_text = text.substr(0, dash);
    if (day_text.size() == 2 && day_text[0] == ' ') day_text.remove_prefix(1);
    const auto day = ascii::number(day_text, 31);
    const auto year = ascii::number(text.substr(dash + 5), 9999);
    if (!day || !year || text[dash] != '-' || text[dash + 4] != '-') return std::nullopt;
    for (unsigned m = 0; m < months.size(); ++m) {
        if (!ascii::equals_ignoring_case(months[m], text.substr(dash + 1, 3))) continue;
        const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{m + 1},
                                               std::chrono::day{static_cast<unsigned>(*day)}};
        if (!date.ok()) return std::nullopt;
        return std::chrono::sys_days(date);
    }
    return std::nullopt;
}

}  // namespace

Result<void> Arguments::flag(FlagList& into) {
    if (into.keywords.size() >= max_flags) return unexpected(Fault::limit, "Too many flags");
    const bool system = take('\\');
    const auto word = atom();
    if (!word) return unexpected(Fault::syntax, "A flag is missing");
    if (!system) {
        if (word->size() > max_keyword_octets) return unexpected(Fault::limit, "A keyword is too long");
        into.keywords.emplace_back(*word);
        return {};
    }
    for (const Named& named : system_flags) {
        if (!ascii::equals_ignoring_case(named.name, *word)) continue;
        into.system |= named.bit;
        return {};
    }
    return unexpected(Fault::syntax, "There is no such system flag");
}

Result<FlagList> Arguments::flag_list() {
    FlagList out;
    if (const auto open = expect('('); !open) return forward(open);
    if (take(')')) return out;
    do {
        if (const auto one = flag(out); !one) return forward(one);
    } while (take(' '));
    if (const auto close = expect(')'); !close) return forward(close);
    return out;
}

Result<FlagList> Arguments::flags() {
    if (peek() == '(') return flag_list();
    FlagList out;
    do {
        if (const auto one = flag(out); !one) return forward(one);
    } while (take(' '));
    return out;
}

Result<std::chrono::sys_days> Arguments::date() {
    const bool in_quotes = take('"');
    const auto found = read_date(run([](char c) { return ascii::is_alnum(c) || c == '-'; }));
    if (!found || (in_quotes && !take('"'))) return unexpected(Fault::syntax, "A date looks like 17-Jul-1996");
    return *found;
}

// DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
Result<Time> Arguments::date_time() {
    const auto refuse = [] { return unexpected(Fault::syntax, "A date and time looks like \"17-Jul-1996 02:44:25 -0700\""); };
    const std::size_t close = text_.find('"', at_ + 1);
    if (peek() != '"' || close == std::string_view::npos) return refuse();
    std::string quoted(text_.substr(at_ + 1, close - at_ - 1));
    at_ = close + 1;
    if (quoted.size() == 25) quoted.insert(0, 1, ' ');  // a day of one digit without its space: iOS, Outlook (docs/rfc/quirks.md)
    if (quoted.size() != 26) return refuse();
    const std::string_view text = quoted;
    const auto day = read_date(text.substr(0, 11));
    const auto hour = ascii::number(text.substr(12, 2), 23), minute = ascii::number(text.substr(15, 2), 59);
    const auto second = ascii::number(text.substr(18, 2), 60);
    const auto zone_hour = ascii::number(text.substr(22, 2), 23), zone_minute = ascii::number(text.substr(24, 2), 59);
    const bool marks = text[11] == ' ' && text[14] == ':' && text[17] == ':' && text[20] == ' ' && (text[21] == '+' || text[21] == '-');
    if (!day || !hour || !minute || !second || !zone_hour || !zone_minute || !marks) return refuse();
    using namespace std::chrono;
    if (*day < sys_days(year(1900) / 1 / 1) || *day > sys_days(year(2200) / 1 / 1))  // Time counts nanoseconds: it ends in 2262
        return unexpected(Fault::syntax, "A message's date lies between 1900 and 2200");
    const auto zone = std::chrono::minutes(static_cast<long>(*zone_hour * 60 + *zone_minute));
    Time time = *day + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
    return text[21] == '-' ? time + zone : time - zone;
}

}  // namespace sky::imap
