#ifdef SKYBRIDGE_FAILPOINTS
#include "sky/failpoint/failpoint.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "sky/async/timer.h"
#include "sky/failpoint/spec.h"

namespace sky::failpoint {
namespace {

std::mutex mutex;
std::map<std::string, std::uint64_t, std::less<>> hits;

// Read again at every hit: tests switch points on and off in a running process. Only the test build does this.
std::string specification() {
    std::string out;
    if (const char* fixed = std::getenv("SKYBRIDGE_FAILPOINT")) out = fixed;
    if (const char* file = std::getenv("SKYBRIDGE_FAILPOINT_FILE")) {
        std::ifstream in(file);
        out += ";";
        out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out;
}

// What to do at this hit. Crashes right here.
Action next_action(std::string_view name) {
    const auto points = parse(specification());
    if (!points) {
        std::fputs(("failpoints: " + points.error().text + "\n").c_str(), stderr);
        std::abort();  // a test that misspells its fault must not pass
    }
    std::uint64_t hit = 0;
    {
        const std::lock_guard lock(mutex);
        hit = ++hits[std::string(name)];
    }
    for (const auto& point : *points) {
        if (point.name != name || (point.only_hit != 0 && point.only_hit != hit)) continue;
        if (point.action.kind == Action::Kind::crash) std::raise(SIGKILL);
        return point.action;
    }
    return {};
}

Error injected(std::string_view name) {
    return Error{Fault::unavailable, "temporary failure", "injected at failpoint " + std::string(name)};
}

}  // namespace

bool armed() {
    static const bool any = std::getenv("SKYBRIDGE_FAILPOINT") || std::getenv("SKYBRIDGE_FAILPOINT_FILE");
    return any;
}

Task<std::optional<Error>> hit(std::string_view name) {
    const Action action = next_action(name);
    if (action.kind == Action::Kind::wait) co_await sleep_for(action.wait);
    if (action.kind == Action::Kind::error) co_return injected(name);
    co_return std::nullopt;
}

std::optional<Error> hit_blocking(std::string_view name) {
    const Action action = next_action(name);
    if (action.kind == Action::Kind::wait) std::this_thread::sleep_for(action.wait);
    if (action.kind == Action::Kind::error) return injected(name);
    return std::nullopt;
}

Task<void> hit_or_throw(std::string_view name) {
    if (const auto error = co_await hit(name)) throw std::runtime_error(error->reason);
}

}  // namespace sky::failpoint
#endif
