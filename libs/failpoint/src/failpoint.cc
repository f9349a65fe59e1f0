#include "sky/failpoint/failpoint.h"

#ifdef SKYBRIDGE_FAILPOINTS
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "sky/async/timer.h"
#include "sky/base/ascii.h"

namespace sky::failpoint {
namespace {
struct Action {
    enum class Kind { none, crash, error, wait } kind = Kind::none;
    std::chrono::milliseconds wait{0};
};

// "hang", "hang:30", "sleep:0.1", "error", "crash"; anything else does nothing.
Action action_of(std::string_view text) {
    if (text == "crash") return {Action::Kind::crash};
    if (text == "error") return {Action::Kind::error};
    const auto colon = text.find(':');
    const auto verb = text.substr(0, colon);
    if (verb != "hang" && verb != "sleep") return {};
    const double seconds = colon == std::string_view::npos ? 3600.0 : std::strtod(std::string(text.substr(colon + 1)).c_str(), nullptr);
    return {Action::Kind::wait, std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000))};
}

std::string chosen() {
    if (const char* path = std::getenv("SKYBRIDGE_FAILPOINT_FILE")) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    const char* text = std::getenv("SKYBRIDGE_FAILPOINT");
    return text ? text : "";
}

// The action for this hit of `name`, counting it.
Action arrive(std::string_view name) {
    static std::mutex mutex;
    static std::map<std::string, int, std::less<>> hits;
    int hit = 0;
    {
        const std::scoped_lock lock(mutex);
        hit = ++hits[std::string(name)];
    }
    const std::string all = chosen();
    for (auto entry : ascii::split(all, ';')) {
        entry = ascii::trim(entry);
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos || entry.substr(0, equals) != name) continue;
        auto text = entry.substr(equals + 1);
        if (const auto at = text.find('@'); at != std::string_view::npos) {
            if (ascii::number(text.substr(at + 1)) != static_cast<std::uint64_t>(hit)) continue;
            text = text.substr(0, at);
        }
        return action_of(text);
    }
    return {};
}

[[noreturn]] void crash() { ::_exit(137); }  // no destructors, no flushing: as SIGKILL would leave it

Error injected(std::string_view name) { return {Fault::unavailable, "Injected failure", "failpoint " + std::string(name)}; }
}  // namespace

bool is_mutant(std::string_view name) {
    const char* names = std::getenv("SKYBRIDGE_MUTANT");
    if (!names) return false;
    for (std::string_view rest = names; !rest.empty();) {
        const auto comma = rest.find(',');
        if (rest.substr(0, comma) == name) return true;
        if (comma == rest.npos) break;
        rest.remove_prefix(comma + 1);
    }
    return false;
}

bool armed() {
    static const bool named = std::getenv("SKYBRIDGE_FAILPOINT") || std::getenv("SKYBRIDGE_FAILPOINT_FILE");
    return named;
}

Task<std::optional<Error>> hit(std::string_view name) {
    const Action action = arrive(name);
    if (action.kind == Action::Kind::crash) crash();
    if (action.kind == Action::Kind::wait) co_await sleep_for(action.wait);
    if (action.kind == Action::Kind::error) co_return injected(name);
    co_return std::nullopt;
}

std::optional<Error> hit_blocking(std::string_view name) {
    const Action action = arrive(name);
    if (action.kind == Action::Kind::crash) crash();
    if (action.kind == Action::Kind::wait) std::this_thread::sleep_for(action.wait);
    if (action.kind == Action::Kind::error) return injected(name);
    return std::nullopt;
}

Task<void> hit_or_throw(std::string_view name) {
    if (const auto error = co_await hit(name)) throw std::runtime_error(error->reason);
}

}  // namespace sky::failpoint
#endif
