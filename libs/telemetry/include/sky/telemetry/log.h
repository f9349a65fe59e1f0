#pragma once
// JSON lines on standard output with stable event names. Never give it a password, a token or a body. Any thread.
//   log::info("imap.command.failed", {{"session", id}, {"reason", text}});
// {"time":"2026-11-24T00:00:00.000000Z","level":"info","service":"imap","event":"imap.command.failed","session":"7","reason":"…"}
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sky/base/ids.h"

namespace sky::log {

enum class Level { debug, info, warning, error };

// A key (plain ASCII, from the code, never from a peer) and a value. Views must live until the call returns.
class Field {
  public:
    Field(std::string_view key, std::string_view text) : key_(key), text_(text) {}
    Field(std::string_view key, const char* text) : key_(key), text_(text) {}
    Field(std::string_view key, const std::string& text) : key_(key), text_(text) {}
    Field(std::string_view key, bool value) : key_(key), text_(value ? "true" : "false"), kind_(Kind::raw) {}
    Field(std::string_view key, std::integral auto value) : key_(key), number_(static_cast<std::int64_t>(value)), kind_(Kind::integer) {}
    Field(std::string_view key, double value) : key_(key), real_(value), kind_(Kind::real) {}
    template <class Tag, class Number>
    Field(std::string_view key, Id<Tag, Number> id) : Field(key, id.value) {}

    void append_to(std::string& line) const;

  private:
    enum class Kind { text, raw, integer, real };
    std::string_view key_, text_;
    std::int64_t number_ = 0;
    double real_ = 0;
    Kind kind_ = Kind::text;
};
using Fields = std::initializer_list<Field>;

// Once, before threads start: the service's name on every line, the least level, and libs/async's reports come here too.
void start(std::string_view service, Level least);
void set_level(Level least);  // any time
bool enabled(Level level);
// "debug", "info", "warning", "error"; anything else is info.
Level level_of(std::string_view name);

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
    if (enabled(Level::debug)) write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
    if (enabled(Level::info)) write(Level::info, event, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
    if (enabled(Level::warning)) write(Level::warning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
    if (enabled(Level::error)) write(Level::error, event, fields);
}

// For tests: lines go to `sink` instead of standard output; nullptr restores.
using Sink = void (*)(std::string_view line);
void set_sink(Sink sink);
// A JSON string with quotes: control characters escaped, invalid UTF-8 octets as U+FFFD, cut at 4,096 octets.
void append_json_string(std::string& out, std::string_view text);

}  // namespace sky::log
