#include "sky/telemetry/log.h"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <mutex>

#include "sky/async/report.h"
#include "sky/base/ascii.h"

namespace sky::log {
namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::string_view names[] = {"debug", "info", "warning", "error"};

std::atomic<Level> least{Level::info};
std::atomic<Sink> sink{nullptr};
std::mutex write_mutex;
std::string service_name;  // set before threads start

void to_standard_output(std::string_view line) {
    // One write per line where the pipe allows it; the lock keeps longer ones whole.
    const std::lock_guard lock(write_mutex);
    while (!line.empty()) {
        const auto n = ::write(STDOUT_FILENO, line.data(), line.size());
        if (n <= 0) return;  // nobody reads our log any more: serving goes on
        line.remove_prefix(static_cast<std::size_t>(n));
    }
}

void append_time(std::string& line) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    const std::time_t seconds = static_cast<std::time_t>(micros / 1'000'000);
    thread_local std::time_t last = -1;
    thread_local char text[24];  // "2026-11-24T00:00:00" changes once a second
    if (seconds != last) {
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
        last = seconds;
    }
    std::string fraction = std::to_string(1'000'000 + micros % 1'000'000);
    fraction[0] = '.';
    line += text;
    line += fraction;
    line += 'Z';
}

Level level_of_report(std::string_view event) {
    if (event.starts_with("async.")) return Level::error;  // a coroutine that failed, a drain that hung: ours to mend
    return event.ends_with(".refused") ? Level::info : Level::warning;
}

void on_report(std::string_view event, std::string_view subject, std::string_view reason) {
    const Level level = level_of_report(event);
    if (enabled(level)) write(level, event, {{"subject", subject}, {"reason", reason}});
}

// Octets of the well-formed UTF-8 sequence at the front, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    for (std::size_t n = 1; n <= 4 && n <= text.size(); ++n) {
        if (ascii::is_utf8(text.substr(0, n))) return n;
    }
    return 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    const bool cut = text.size() > longest_text;
    if (cut) text = text.substr(0, longest_text);
    out += '"';
    while (!text.empty()) {
        const auto octet = static_cast<unsigned char>(text.front());
        std::size_t used = 1;
        if (octet == '"' || octet == '\\') {
            out += '\\';
            out += text.front();
        } else if (octet == '\n') {
            out += "\\n";
        } else if (octet == '\r') {
            out += "\\r";
        } else if (octet == '\t') {
            out += "\\t";
        } else if (octet < 0x20 || octet == 0x7f) {
            out += "\\u00";
            out += digits[octet >> 4];
            out += digits[octet & 15];
        } else if (octet < 0x80) {
            out += text.front();
        } else if ((used = sequence_length(text)) == 0) {
            out += "\\ufffd";
            used = 1;
        } else if (octet == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
            out += "\\u00";  // C1 control characters move some terminals
            out += digits[static_cast<unsigned char>(text[1]) >> 4];
            out += digits[static_cast<unsigned char>(text[1]) & 15];
        } else {
            out += text.substr(0, used);
        }
        text.remove_prefix(used);
    }
    if (cut) out += "\\u2026";
    out += '"';
}

void Field::append_to(std::string& line) const {
    line += ",\"";
    line += key_;
    line += "\":";
    switch (kind_) {
        case Kind::text:
            return append_json_string(line, text_);
        case Kind::raw:
            line += text_;
            return;
        case Kind::integer:
            line += std::to_string(number_);
            return;
        case Kind::real:
            break;
    }
    if (!std::isfinite(real_)) {
        line += "null";
        return;
    }
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, real_);
    line.append(text, end);
}

void start(std::string_view service, Level from) {
    service_name = service;
    set_level(from);
    set_report_hook(on_report);
}
void set_level(Level from) { least.store(from, std::memory_order_relaxed); }
bool enabled(Level level) { return level >= least.load(std::memory_order_relaxed); }

Level level_of(std::string_view name) {
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (names[i] == name) return static_cast<Level>(i);
    }
    return Level::info;
}

void write(Level level, std::string_view event, Fields fields) {
    std::string line;
    line.reserve(256);
    line += "{\"time\":\"";
    append_time(line);
    line += "\",\"level\":\"";
    line += names[static_cast<std::size_t>(level)];
    line += "\",\"service\":";
    append_json_string(line, service_name);
    line += ",\"event\":";
    append_json_string(line, event);
    for (const Field& field : fields) field.append_to(line);
    line += "}\n";
    if (const Sink to = sink.load()) return to(line);
    to_standard_output(line);
}

void set_sink(Sink to) { sink.store(to); }

}  // namespace sky::log
