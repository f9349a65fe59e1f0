#pragma once
// Settings from the environment: SKYBRIDGE_<SERVICE>_<KEY>, or the same with _FILE naming a file that holds the value (secrets).
// An unknown SKYBRIDGE_<SERVICE>_… key or a value out of bounds stops the start and names the key and the nearest known one.
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"
#include "sky/settings/row.h"

namespace sky::settings {

using Environment = std::map<std::string, std::string, std::less<>>;
Environment process_environment();

class Settings {
  public:
    // service: "imap". `rows` must live in static storage.
    static Result<Settings> load(std::string_view service, std::span<const Row> rows, const Environment& environment);

    // Asking for a key that no row declares, or as another kind, is our bug and aborts. Unset texts are empty, unset numbers 0.
    const std::string& text(std::string_view key) const;  // text, file, secret, choice
    std::int64_t number(std::string_view key) const;      // number, bytes
    std::uint16_t port(std::string_view key) const;       // a number within 0 … 65535
    std::chrono::milliseconds duration(std::string_view key) const;
    std::chrono::seconds seconds(std::string_view key) const;  // a duration, or a number of seconds
    std::vector<std::string> list(std::string_view key) const;
    bool is_set(std::string_view key) const;  // by the environment or a non-empty default
    bool flag(std::string_view key) const;    // a choice "on|off" or "yes|no"

    const std::string& service() const { return service_; }

  private:
    struct Value {
        const Row* row;
        std::string text;
        std::int64_t number = 0;
    };
    const Value& find(std::string_view key) const;
    std::string service_;
    std::map<std::string, Value, std::less<>> values_;
};

// "SKYBRIDGE_IMAP_" + key.
std::string environment_name(std::string_view service, std::string_view key);

// What main does first. Answers --help, --version, --settings json and --health; a bad argument or setting on standard error.
struct Start {
    std::optional<Settings> settings;  // empty: exit with `exit_code`
    int exit_code = 0;
};
// `about`: one sentence for --help.
Start start(std::string_view service, std::string_view about, std::span<const Row> rows, int argc, const char* const* argv);

std::string help_text(std::string_view service, std::string_view about, std::span<const Row> rows);
std::string rows_json(std::string_view service, std::span<const Row> rows);
std::string_view version();  // of the whole suite

}  // namespace sky::settings
