// --help, --version, --settings json.
#include <cstdio>

#include "sky/base/ascii.h"
#include "sky/settings/settings.h"
#include "text.h"

namespace sky::settings {
namespace {

bool has_bounds(const Row& row) { return row.kind == Kind::number || row.kind == Kind::duration || row.kind == Kind::bytes; }

std::string bounds_of(const Row& row) {
    if (row.kind == Kind::choice) return std::string(row.choices);
    if (!has_bounds(row)) return {};
    if (row.most == std::numeric_limits<std::int64_t>::max()) return "from " + number_text(row, row.least);
    return number_text(row, row.least) + " to " + number_text(row, row.most);
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

void print(std::FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

}  // namespace

std::string_view version() { return "0.1.0"; }

std::string help_text(std::string_view service, std::string_view about, std::span<const Row> rows) {
    std::string out = "skybridge-" + std::string(service) + ": " + std::string(about) + "\n\n";
    out += "  --help            this text\n  --version         the version\n  --settings json   all settings, for programs\n\n";
    out += "Settings come from the environment; each also as NAME_FILE, a file that holds the value.\n\n";
    for (const Row& row : rows) {
        out += "  " + environment_name(service, row.key) + "\n      " + std::string(row.sentence) + "\n      " +
               std::string(kind_name(row.kind));
        if (const auto bounds = bounds_of(row); !bounds.empty()) out += ", " + bounds;
        if (row.need == Need::required) {
            out += "; required";
        } else {
            out += row.fallback.empty() ? "; default: unset" : "; default: " + std::string(row.fallback);
        }
        out += "\n";
    }
    out += "\nExample:  " + environment_name(service, rows.empty() ? "KEY" : rows.front().key) + "=" +
           (rows.empty() || rows.front().fallback.empty() ? "value" : std::string(rows.front().fallback)) + " skybridge-" +
           std::string(service) + "\n";
    return out;
}

std::string rows_json(std::string_view service, std::span<const Row> rows) {
    std::string out = "{\"service\":" + json_string(service) + ",\"settings\":[";
    bool first = true;
    for (const Row& row : rows) {
        out += first ? "\n" : ",\n";
        first = false;
        out += "{\"key\":" + json_string(row.key) + ",\"name\":" + json_string(environment_name(service, row.key)) +
               ",\"kind\":" + json_string(kind_name(row.kind)) + ",\"default\":" + json_string(row.fallback) +
               ",\"bounds\":" + json_string(bounds_of(row)) + ",\"required\":" + (row.need == Need::required ? "true" : "false") +
               ",\"sentence\":" + json_string(row.sentence) + "}";
    }
    return out + "\n]}\n";
}

Start start(std::string_view service, std::string_view about, std::span<const Row> rows, int argc, const char* const* argv) {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    const std::string_view first = argc > 1 ? arguments[1] : "";
    if (first == "--help" || first == "-h") {
        print(stdout, help_text(service, about, rows));
        return {};
    }
    if (first == "--version") {
        print(stdout, "skybridge-" + std::string(service) + " " + std::string(version()) + "\n");
        return {};
    }
    if (first == "--settings" && argc == 3 && std::string_view(arguments[2]) == "json") {
        print(stdout, rows_json(service, rows));
        return {};
    }
    if (argc > 1) {
        print(stderr, "skybridge-" + std::string(service) + ": unknown argument " + ascii::printable(first) + "; try --help\n");
        return {std::nullopt, 2};
    }
    auto settings = Settings::load(service, rows, process_environment());
    if (!settings) {
        print(stderr, "skybridge-" + std::string(service) + ": " + settings.error().text + "\n");
        return {std::nullopt, 2};
    }
    return {std::move(*settings), 0};
}

}  // namespace sky::settings
