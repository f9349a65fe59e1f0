#include "sky/settings/settings.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sky/base/ascii.h"
#include "text.h"

extern char** environ;

namespace sky::settings {
namespace {

constexpr std::string_view file_suffix = "_FILE";

const Row* row_of(std::span<const Row> rows, std::string_view key) {
    for (const Row& row : rows) {
        if (row.key == key) return &row;
    }
    return nullptr;
}

Result<std::string> read_secret_file(const std::string& name, const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return unexpected(Fault::not_found, name + " names a file that can't be read: " + path);
    std::string out(std::istreambuf_iterator<char>(in), {});
    if (out.size() > 1024 * 1024) return unexpected(Fault::too_large, name + " names a file of more than 1 MiB: " + path);
    while (out.ends_with('\n') || out.ends_with('\r')) out.pop_back();
    return out;
}

Result<std::int64_t> number_of(const Row& row, std::string_view text) {
    std::optional<std::int64_t> value;
    if (row.kind == Kind::duration) {
        value = parse_duration(text);
        if (!value) return unexpected(Fault::syntax, "must be a duration like 250ms, 30s, 5m, 2h or 7d");
    } else if (row.kind == Kind::bytes) {
        value = parse_bytes(text);
        if (!value) return unexpected(Fault::syntax, "must be a size like 65536, 64K, 50M or 1G");
    } else {
        const auto whole = ascii::number(text, INT64_MAX);
        if (!whole) return unexpected(Fault::syntax, "must be a whole number");
        value = static_cast<std::int64_t>(*whole);
    }
    if (*value < row.least || *value > row.most) {
        return unexpected(Fault::syntax, "must be within " + number_text(row, row.least) + " and " + number_text(row, row.most));
    }
    return *value;
}

bool is_choice(const Row& row, std::string_view text) {
    for (const auto choice : ascii::split(row.choices, '|')) {
        if (choice == text) return true;
    }
    return false;
}

// The text of a refusal says what is allowed, and shows the value unless it is secret.
Result<std::int64_t> check(const Row& row, const std::string& text) {
    if (text.find('\0') != std::string::npos) return unexpected(Fault::syntax, "must not contain NUL");
    switch (row.kind) {
        case Kind::number:
        case Kind::duration:
        case Kind::bytes:
            return number_of(row, text);
        case Kind::choice:
            if (!is_choice(row, text)) return unexpected(Fault::syntax, "must be one of " + std::string(row.choices));
            return 0;
        case Kind::file:
            if (access(text.c_str(), R_OK) != 0) return unexpected(Fault::not_found, "must name a file that can be read");
            return 0;
        case Kind::list: {
            const auto count = static_cast<std::int64_t>(list_parts(text).size());
            if (row.most > 0 && (count < row.least || count > row.most)) return unexpected(Fault::syntax, "has too few or too many parts");
            return count;
        }
        case Kind::text:
        case Kind::secret:
            return 0;
    }
    return 0;
}

Result<void> refuse_unknown(std::string_view service, std::span<const Row> rows, const Environment& environment) {
    const std::string prefix = environment_name(service, "");
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix)) continue;
        const std::string key = name.substr(prefix.size());
        if (row_of(rows, key)) continue;
        const bool has_suffix = key.ends_with(file_suffix);
        if (has_suffix && row_of(rows, key.substr(0, key.size() - file_suffix.size()))) continue;
        const auto nearest = nearest_key(rows, has_suffix ? key.substr(0, key.size() - file_suffix.size()) : key);
        return unexpected(Fault::syntax, name + " is not a setting" +
                                             (nearest.empty() ? "" : "; did you mean " + prefix + nearest + (has_suffix ? "_FILE?" : "?")));
    }
    return {};
}

[[noreturn]] void misuse(std::string_view key, const char* why) {
    std::fprintf(stderr, "settings: %.*s %s\n", static_cast<int>(key.size()), key.data(), why);
    std::abort();
}

}  // namespace

Environment process_environment() {
    Environment out;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

std::string environment_name(std::string_view service, std::string_view key) {
    return "SKYBRIDGE_" + ascii::to_upper(service) + "_" + std::string(key);
}

Result<Settings> Settings::load(std::string_view service, std::span<const Row> rows, const Environment& environment) {
    Settings out;
    out.service_ = service;
    if (auto known = refuse_unknown(service, rows, environment); !known) return forward(known);
    for (const Row& row : rows) {
        const std::string name = environment_name(service, row.key);
        const auto direct = environment.find(name);
        const auto by_file = environment.find(name + std::string(file_suffix));
        Value value{&row, std::string(row.fallback), 0};
        if (direct != environment.end() && by_file != environment.end())
            return unexpected(Fault::syntax, name + " and " + by_file->first + " are both set");
        if (direct != environment.end()) value.text = direct->second;
        if (by_file != environment.end()) {
            auto content = read_secret_file(by_file->first, by_file->second);
            if (!content) return forward(content);
            value.text = std::move(*content);
        }
        if (value.text.empty()) {
            if (row.need == Need::required) return unexpected(Fault::not_found, name + " must be set: " + std::string(row.sentence));
        } else {
            const auto number = check(row, value.text);
            if (!number) {
                const std::string shown = row.kind == Kind::secret ? "" : " (it is \"" + ascii::printable(value.text, 60) + "\")";
                return unexpected(number.error().fault, name + " " + number.error().text + shown);
            }
            value.number = *number;
        }
        if (!out.values_.emplace(std::string(row.key), std::move(value)).second) misuse(row.key, "is declared twice");
    }
    return out;
}

const Settings::Value& Settings::find(std::string_view key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) misuse(key, "is not declared");
    return found->second;
}

const std::string& Settings::text(std::string_view key) const {
    const Value& value = find(key);
    if (value.row->kind != Kind::text && value.row->kind != Kind::file && value.row->kind != Kind::secret &&
        value.row->kind != Kind::choice) {
        misuse(key, "is not text");
    }
    return value.text;
}

std::int64_t Settings::number(std::string_view key) const {
    const Value& value = find(key);
    if (value.row->kind != Kind::number && value.row->kind != Kind::bytes) misuse(key, "is not a number");
    return value.number;
}

std::uint16_t Settings::port(std::string_view key) const {
    const std::int64_t value = number(key);
    if (value < 0 || value > 65535) misuse(key, "has no bounds of a port");
    return static_cast<std::uint16_t>(value);
}

std::chrono::milliseconds Settings::duration(std::string_view key) const {
    const Value& value = find(key);
    if (value.row->kind != Kind::duration) misuse(key, "is not a duration");
    return std::chrono::milliseconds(value.number);
}

std::chrono::seconds Settings::seconds(std::string_view key) const {
    if (find(key).row->kind == Kind::number) return std::chrono::seconds(number(key));
    return std::chrono::duration_cast<std::chrono::seconds>(duration(key));
}

std::vector<std::string> Settings::list(std::string_view key) const {
    const Value& value = find(key);
    if (value.row->kind != Kind::list) misuse(key, "is not a list");
    return list_parts(value.text);
}

bool Settings::is_set(std::string_view key) const { return !find(key).text.empty(); }

bool Settings::flag(std::string_view key) const {
    const std::string& value = text(key);
    return value == "on" || value == "yes";
}

}  // namespace sky::settings
