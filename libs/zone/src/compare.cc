#include "sky/zone/compare.h"

#include <algorithm>

#include "match.h"

namespace sky::zone {
namespace {
// What stands there beside all that should. The worst that it can do decides.
Severity severity_of_extra(const Record& disturbed) {
    if (disturbed.type == "TXT") return disturbed.severity;  // two of a kind count as none
    if (disturbed.type == "MX" || disturbed.type == "SRV" || disturbed.type == "CNAME") return Severity::should;
    return Severity::may;
}

// One name and type: its expected records against the values there.
void compare_one(const std::vector<const Record*>& expected, const Live& live, std::vector<Difference>& out) {
    std::vector<std::string> rest = live.values;
    std::vector<Difference> rows;
    for (const auto* record : expected) {
        const auto found = std::ranges::find_if(rest, [&](const std::string& value) { return serves(*record, value); });
        if (found == rest.end()) {
            rows.push_back({Mark::missing, *record, {}, {}});
            continue;
        }
        rows.push_back({Mark::ok, *record, {*found}, {}});
        rest.erase(found);
    }
    std::erase_if(rest, [&](const std::string& value) {
        return std::ranges::none_of(expected, [&](const Record* record) { return is_of_kind(*record, value); });
    });
    std::vector<std::string> explained;
    for (auto& row : rows) {
        if (row.mark != Mark::missing) continue;
        for (const auto& value : rest)
            if (is_of_kind(row.expected, value)) row.live.push_back(value);
        if (row.live.empty()) continue;
        row.mark = Mark::different;
        explained.insert(explained.end(), row.live.begin(), row.live.end());
    }
    std::ranges::move(rows, std::back_inserter(out));
    for (const auto& value : rest) {
        if (std::ranges::find(explained, value) != explained.end()) continue;
        const auto disturbed = std::ranges::find_if(expected, [&](const Record* record) { return is_of_kind(*record, value); });
        Record record = **disturbed;
        record.severity = severity_of_extra(record);
        out.push_back({Mark::extra, std::move(record), {value}, {}});
    }
}
}  // namespace

std::string_view mark_name(Mark mark) {
    switch (mark) {
        case Mark::ok:
            return "ok";
        case Mark::missing:
            return "missing";
        case Mark::different:
            return "different";
        case Mark::extra:
            return "extra";
        case Mark::unknown:
            return "unknown";
    }
    return "unknown";
}

std::vector<Question> questions(const std::vector<Record>& expected) {
    std::vector<Question> out;
    for (const auto& record : expected) {
        const Question question{record.owner, record.type};
        if (std::ranges::find(out, question) == out.end()) out.push_back(question);
    }
    return out;
}

std::vector<Difference> compare(const std::vector<Record>& expected, const std::vector<Live>& live) {
    std::vector<Difference> out;
    for (const auto& question : questions(expected)) {
        std::vector<const Record*> records;
        for (const auto& record : expected)
            if (question == Question{record.owner, record.type}) records.push_back(&record);
        const auto answer = std::ranges::find(live, question, &Live::question);
        if (answer != live.end() && answer->failure.empty()) {
            compare_one(records, *answer, out);
            continue;
        }
        for (const auto* record : records)
            out.push_back({Mark::unknown, *record, {}, answer == live.end() ? "it was not asked for" : answer->failure});
    }
    return out;
}

bool is_sound(const std::vector<Difference>& differences) {
    return std::ranges::none_of(differences,
                                [](const Difference& one) { return one.mark != Mark::ok && one.expected.severity == Severity::must; });
}

}  // namespace sky::zone
