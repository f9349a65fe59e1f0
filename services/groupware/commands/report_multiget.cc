#include <map>

#include "groupware/calendar_data.h"
#include "groupware/commands.h"

namespace sky::groupware {

// calendar-multiget (RFC 4791 §7.9). Hrefs outside this calendar are 404, whatever they name.
Task<http::Response> report_multiget(const Call& call, calstore::Collection calendar, dav::CalendarMultiget multiget) {
    std::vector<std::string> names;
    std::vector<std::optional<std::string>> asked;
    for (const auto& href : multiget.hrefs) {
        const auto place = place_of_href(href, call.who.account);
        const bool here = place && place->kind == Kind::object && place->calendar == calendar.slug;
        asked.push_back(here ? std::optional(place->object) : std::nullopt);
        if (here) names.push_back(place->object);
    }
    auto objects = co_await call.store.multiget(call.owner(), calendar.id, std::move(names), call.deadline);
    if (!objects) co_return failure(objects.error());
    std::map<std::string_view, const calstore::Object*> by_name;
    for (const auto& object : *objects) by_name.emplace(object.name, &object);
    dav::Multistatus out;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto found = asked[i] ? by_name.find(*asked[i]) : by_name.end();
        if (found == by_name.end()) {
            out.foreign(multiget.hrefs[i], 404);
            continue;
        }
        if (auto written = answer_with_data(call, calendar, *found->second, multiget.props, multiget.data, out); !written)
            co_return refused(written.error());
    }
    co_return multistatus(std::move(out));
}

}  // namespace sky::groupware
