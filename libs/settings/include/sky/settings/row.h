#pragma once
// One setting, declared once: services/<x>/settings.h holds a constexpr array of these; --help, --settings json and the checks read it.
#include <cstdint>
#include <limits>
#include <string_view>

namespace sky::settings {

enum class Kind {
    text,
    number,    // whole, with bounds
    duration,  // "250ms", "30s", "5m", "2h", "7d"; bounds in milliseconds
    bytes,     // "65536", "64K", "50M", "1G" (powers of 1,024); bounds in octets
    file,      // path of a file that can be read at the start
    secret,    // text that is never shown
    list,      // comma-separated, spaces trimmed, empty parts dropped; bounds on the count
    choice     // one of `choices`
};

enum class Need { optional, required };

struct Row {
    std::string_view key;  // "MESSAGE_SIZE"; the environment's name is SKYBRIDGE_<SERVICE>_MESSAGE_SIZE
    Kind kind = Kind::text;
    std::string_view fallback;  // as it would be written; empty means unset
    std::string_view sentence;  // what it does, for --help and README
    std::int64_t least = 0;
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::string_view choices;  // "debug|info|warning|error"
    Need need = Need::optional;
};

}  // namespace sky::settings
