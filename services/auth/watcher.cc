#include "auth/watcher.h"

#include <chrono>

#include "sky/async/timer.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;
constexpr auto each = 500ms;
constexpr auto patience = 2s;
constexpr std::size_t kept = 10'000;
}  // namespace

Task<void> Watcher::run() {
    bool well = true;
    for (;;) {
        const auto seen = wake_.count();
        auto looked = co_await look();
        if (looked) looked_.notify_all();
        if (looked.has_value() != well) {
            well = looked.has_value();
            if (well)
                log::info("auth.watch.restored");
            else
                log::warning("auth.watch.failed", {{"reason", looked.error().reason}});
        }
        co_await wake_.wait_past(seen, after(each));
    }
}

Task<Result<void>> Watcher::look() {
    if (version_ == 0) {
        auto now = co_await read_version(pool_, after(patience));
        if (!now) co_return forward(now);
        version_ = floor_ = *now;
        co_return Result<void>{};
    }
    for (;;) {
        auto changes = co_await read_changes(pool_, version_, after(patience));
        if (!changes) co_return forward(changes);
        for (auto& change : *changes) keep(std::move(change));
        if (changes->size() < 1000) break;
    }
    // A restored database may have gone back, or lost the log of what it changed: then nothing here can be continued.
    auto now = co_await read_version(pool_, after(patience));
    if (!now) co_return forward(now);
    if (*now < version_) {
        recent_.clear();
        version_ = floor_ = *now;
    }
    co_return Result<void>{};
}

void Watcher::keep(Change change) {
    if (change.version != version_ + 1) {
        recent_.clear();
        floor_ = change.version;
        version_ = change.version;
        return;
    }
    version_ = change.version;
    recent_.push_back(std::move(change));
    if (recent_.size() > kept) {
        floor_ = recent_.front().version;
        recent_.pop_front();
    }
}

bool Watcher::changes_above(std::int64_t version, std::vector<Change>& out) const {
    if (version < floor_ || version > version_) return false;
    for (const auto& change : recent_)
        if (change.version > version) out.push_back(change);
    return true;
}

}  // namespace sky::auth
