#include "sky/telemetry/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>

#include "sky/async/report.h"

namespace sky::log {
namespace {
constexpr std::size_t text_limit = 4096;
std::atomic<Level> least{Level::info};
std::atomic<Sink> sink{nullptr};
std::string service_name;  // set before threads start

constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};

void append_time(std::string& line) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    const std::time_t seconds = micros / 1'000'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    fmt::format_to(std::back_inserter(line), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                   parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, micros % 1'000'000);
}

// The length of the well-formed UTF-8 sequence at the front; 0 when it is not one.
std::size_t sequence(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
    if (length == 3) {
        const auto second = static_cast<unsigned char>(text[1]);
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    }
    if (length == 4) {
        const auto second = static_cast<unsigned char>(text[1]);
        if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
    }
    return length;
}

void on_report(std::string_view event, std::string_view subject, std::string_view reason) {
    warning(event, {{"subject", subject}, {"reason", reason}});
}
}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    const bool cut = text.size() > text_limit;
    text = text.substr(0, text_limit);
    out += '"';
    while (!text.empty()) {
        const char c = text[0];
        const std::size_t length = sequence(text);
        if (length == 0) {
            out += "\\ufffd";
            text.remove_prefix(1);
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    out += cut ? "...\"" : "\"";
}

void Field::append_to(std::string& line) const {
    line += ",\"";
    line += key_;
    line += "\":";
    switch (kind_) {
        case Kind::text:
            append_json_string(line, text_);
            break;
        case Kind::raw:
            line += text_;
            break;
        case Kind::integer:
            line += std::to_string(number_);
            break;
        case Kind::real:
            fmt::format_to(std::back_inserter(line), "{}", real_);
            break;
    }
}

void start(std::string_view service, Level level) {
    service_name = service;
    set_level(level);
    set_report_hook(on_report);
}
void set_level(Level level) { least.store(level, std::memory_order_relaxed); }
bool enabled(Level level) { return level >= least.load(std::memory_order_relaxed); }
Level level_of(std::string_view name) {
    for (std::size_t i = 0; i < std::size(level_names); ++i)
        if (level_names[i] == name) return static_cast<Level>(i);
    return Level::info;
}
void set_sink(Sink to) { sink.store(to); }

void write(Level level, std::string_view event, Fields fields) {
    std::string line = "{\"time\":\"";
    append_time(line);
    line += "\",\"level\":\"";
    line += level_names[static_cast<std::size_t>(level)];
    line += "\",\"service\":\"";
    line += service_name;
    line += "\",\"event\":\"";
    line += event;
    line += '"';
    for (const auto& field : fields) field.append_to(line);
    line += "}\n";
    if (const Sink to = sink.load()) return to(line);
    // One write per line: lines of several threads never mix. A full disk must not stop mail: a line that can't be written is dropped.
    (void)!::write(STDOUT_FILENO, line.data(), line.size());
}

}  // namespace sky::log
