#include "sky/settings/settings.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sky/base/ascii.h"
#include "value.h"

extern char** environ;

namespace sky::settings {
namespace {
constexpr std::size_t secret_limit = 64 << 10;

// The nearest declared name, for "did you mean".
std::string suggestion(std::string_view name, std::string_view prefix, std::span<const Row> rows) {
    std::string best;
    std::size_t distance = 6;
    for (const auto& row : rows) {
        const std::string candidate = std::string(prefix) + std::string(row.key);
        const auto edits = edit_distance(name, candidate);
        if (edits < distance) distance = edits, best = candidate;
    }
    return best.empty() ? "" : "; did you mean " + best + "?";
}

const Row* row_of(std::string_view key, std::span<const Row> rows) {
    for (const auto& row : rows)
        if (row.key == key) return &row;
    return nullptr;
}

Result<std::string> read_secret(std::string_view name, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return unexpected(Fault::syntax, std::string(name) + " names the file '" + ascii::printable(path) + "', which cannot be read");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.size() > secret_limit) return unexpected(Fault::syntax, std::string(name) + " names a file of over 64 KiB");
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}
}  // namespace

Environment process_environment() {
    Environment out;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        if (const auto equals = text.find('='); equals != std::string_view::npos)
            out.emplace(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    return out;
}

std::string environment_name(std::string_view service, std::string_view key) {
    return "SKYBRIDGE_" + ascii::to_upper(service) + "_" + std::string(key);
}

Result<Settings> Settings::load(std::string_view service, std::span<const Row> rows, const Environment& environment) {
    Settings out;
    out.service_ = service;
    const std::string prefix = environment_name(service, "");
    std::map<std::string, std::string, std::less<>> given;  // by key
    for (const auto& [name, text] : environment) {
        if (!name.starts_with(prefix)) continue;
        std::string_view key = std::string_view(name).substr(prefix.size());
        std::string value = text;
        if (!row_of(key, rows) && key.ends_with("_FILE")) {
            key.remove_suffix(5);
            if (row_of(key, rows)) {
                auto read = read_secret(name, text);
                if (!read) return forward(read);
                value = std::move(*read);
            }
        }
        if (!row_of(key, rows))
            return unexpected(Fault::syntax, name + " is not a setting of " + std::string(service) + suggestion(name, prefix, rows));
        if (!given.emplace(std::string(key), std::move(value)).second)
            return unexpected(Fault::syntax, prefix + std::string(key) + " is given twice, directly and by a file; keep one");
    }
    for (const auto& row : rows) {
        const auto found = given.find(row.key);
        Value value{&row, found != given.end() ? found->second : std::string(row.fallback)};
        auto number = check_value(environment_name(service, row.key), row, value.text);
        if (!number) return forward(number);
        value.number = *number;
        out.values_.emplace(std::string(row.key), std::move(value));
    }
    return out;
}

const Settings::Value& Settings::find(std::string_view key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) {
        std::fprintf(stderr, "settings: %.*s is not declared\n", static_cast<int>(key.size()), key.data());
        std::abort();
    }
    return found->second;
}

const std::string& Settings::text(std::string_view key) const { return find(key).text; }
std::int64_t Settings::number(std::string_view key) const { return find(key).number; }
std::uint16_t Settings::port(std::string_view key) const { return static_cast<std::uint16_t>(find(key).number); }
std::chrono::milliseconds Settings::duration(std::string_view key) const { return std::chrono::milliseconds(find(key).number); }
std::chrono::seconds Settings::seconds(std::string_view key) const {
    const auto& value = find(key);
    return value.row->kind == Kind::duration ? std::chrono::duration_cast<std::chrono::seconds>(std::chrono::milliseconds(value.number))
                                             : std::chrono::seconds(value.number);
}
std::vector<std::string> Settings::list(std::string_view key) const {
    std::vector<std::string> out;
    for (const auto part : ascii::split(find(key).text, ','))
        if (const auto trimmed = ascii::trim(part); !trimmed.empty()) out.emplace_back(trimmed);
    return out;
}
bool Settings::is_set(std::string_view key) const { return !find(key).text.empty(); }
bool Settings::flag(std::string_view key) const { return find(key).text == "on" || find(key).text == "yes"; }

}  // namespace sky::settings
