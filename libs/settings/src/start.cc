#include <fmt/format.h>

#include <cstdio>

#include "health_probe.h"
#include "sky/base/ascii.h"
#include "sky/settings/settings.h"
#include "value.h"

namespace sky::settings {
namespace {
// The rows hold plain text of ours; only quotes and backslashes could disturb the JSON.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}
void print(std::FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

// The service with these settings runs elsewhere; is it ready?
Start health(const Settings& settings) {
    const Probe probe = probe_health(settings.text("HEALTH_ADDRESS"), settings.port("HEALTH_PORT"));
    print(probe.exit_code == 0 ? stdout : stderr, probe.text + "\n");
    return {std::nullopt, probe.exit_code};
}
}  // namespace

std::string_view version() { return "0.1.0"; }

std::string help_text(std::string_view service, std::string_view about, std::span<const Row> rows) {
    std::string out = fmt::format(
        "skybridge-{}: {}\n\nusage: skybridge-{} [--help | --version | --settings json | --health]\n\nSettings come from the environment; "
        "each may be "
        "given as "
        "NAME_FILE naming a file that holds the value.\nexample: {}=debug skybridge-{}\n\n",
        service, about, service, environment_name(service, "LOG_LEVEL"), service);
    for (const auto& row : rows) {
        out += fmt::format("  {}  ({}", environment_name(service, row.key), kind_name(row.kind));
        if (!row.choices.empty()) out += fmt::format(": {}", row.choices);
        out += row.need == Need::required ? ", required)\n" : row.fallback.empty() ? ")\n" : fmt::format(", default {})\n", row.fallback);
        out += fmt::format("      {}\n", row.sentence);
    }
    return out;
}

std::string rows_json(std::string_view service, std::span<const Row> rows) {
    std::string out = "[";
    for (const auto& row : rows) {
        if (out.size() > 1) out += ",\n ";
        out += fmt::format(R"({{"key": {}, "environment": {}, "kind": {}, "default": {}, "required": {}, "sentence": {}}})",
                           quoted(row.key), quoted(environment_name(service, row.key)), quoted(kind_name(row.kind)), quoted(row.fallback),
                           row.need == Need::required, quoted(row.sentence));
    }
    return out + "]\n";
}

Start start(std::string_view service, std::string_view about, std::span<const Row> rows, int argc, const char* const* argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
        print(stdout, help_text(service, about, rows));
        return {};
    }
    if (arguments.size() == 1 && arguments[0] == "--version") {
        print(stdout, fmt::format("skybridge-{} {}\n", service, version()));
        return {};
    }
    if (arguments.size() == 2 && arguments[0] == "--settings" && arguments[1] == "json") {
        print(stdout, rows_json(service, rows));
        return {};
    }
    const bool ask_health = arguments.size() == 1 && arguments[0] == "--health";
    if (!arguments.empty() && !ask_health) {
        print(stderr, fmt::format("skybridge-{}: unknown argument '{}'; try --help\n", service, ascii::printable(arguments[0], 60)));
        return {std::nullopt, 2};
    }
    auto loaded = Settings::load(service, rows, process_environment());
    if (!loaded) {
        print(stderr, fmt::format("skybridge-{}: {}\n", service, loaded.error().text));
        return {std::nullopt, 2};
    }
    if (ask_health) return health(*loaded);
    return {std::move(*loaded), 0};
}

}  // namespace sky::settings
