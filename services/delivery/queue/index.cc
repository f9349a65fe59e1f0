#include "delivery/queue/index.h"

#include <array>

#include "delivery/metrics.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr auto patience = 1s;
constexpr std::int32_t page = 1000;
constexpr std::string_view set_name = "queue:due";

// ARGV: now, limit, hidden until. Returns whether the set is complete, the next score, then the members taken.
constexpr redis::Script take_script{
    "local m = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2]) "
    "for _, k in ipairs(m) do redis.call('ZADD', KEYS[1], ARGV[3], k) end "
    "local n = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES') "
    "local r = {redis.call('ZSCORE', KEYS[1], 'built') and 1 or 0, n[2] or ''} "
    "for _, k in ipairs(m) do r[#r + 1] = k end return r"};

// ARGV: the mark that was set before filling. Complete only when it is still there: nothing was forgotten on the way.
constexpr redis::Script finish_script{
    "if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end "
    "redis.call('ZREM', KEYS[1], ARGV[1]) redis.call('ZADD', KEYS[1], '+inf', 'built') return 1"};

std::string member_of(store::MessageKey key) { return std::to_string(key.tenant.value) + ":" + std::to_string(key.id.value); }

std::optional<store::MessageKey> key_of(std::string_view member) {
    const auto parts = ascii::split(member, ':');
    if (parts.size() != 2) return std::nullopt;
    const auto tenant = ascii::number(parts[0], INT64_MAX), id = ascii::number(parts[1], INT64_MAX);
    if (!tenant || !id) return std::nullopt;
    return store::MessageKey{TenantId{static_cast<std::int64_t>(*tenant)}, QueueId{static_cast<std::int64_t>(*id)}};
}

std::string score_of(Time at) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
}

std::vector<std::vector<std::string>> commands_for(const std::vector<DueIndex::Entry>& entries) {
    std::vector<std::string> add{"ZADD", std::string(set_name)}, remove{"ZREM", std::string(set_name)};
    for (const auto& entry : entries) {
        if (entry.at) add.push_back(score_of(*entry.at));
        (entry.at ? add : remove).push_back(member_of(entry.key));
    }
    std::vector<std::vector<std::string>> out;
    if (add.size() > 2) out.push_back(std::move(add));
    if (remove.size() > 2) out.push_back(std::move(remove));
    return out;
}

}  // namespace

Task<DueIndex::Look> DueIndex::take(Time now, std::size_t limit, std::chrono::milliseconds hold) {
    Look look;
    if (!redis_) co_return look;
    if (doubtful_) {
        if (!co_await redis_->command({"ZREM", set_name, "built"}, after(patience))) co_return look;
        doubtful_ = false;
    }
    const std::string at = score_of(now), count = std::to_string(limit), until = score_of(now + hold);
    const std::array<std::string_view, 1> keys{set_name};
    const std::array<std::string_view, 3> arguments{at, count, until};
    auto reply = co_await redis_->run(take_script, keys, arguments, after(patience));
    if (!reply || !reply->is_array() || reply->items.size() < 2) co_return look;
    look.complete = reply->items[0].integer == 1;
    if (const auto next = ascii::number(reply->items[1].text, INT64_MAX))
        look.next = Time{std::chrono::milliseconds{static_cast<std::int64_t>(*next)}};
    for (std::size_t i = 2; i < reply->items.size(); ++i)
        if (const auto key = key_of(reply->items[i].text)) look.keys.push_back(*key);
    co_return look;
}

Task<void> DueIndex::set(std::vector<Entry> entries) {
    if (!redis_) co_return;
    auto commands = commands_for(entries);
    if (commands.empty()) co_return;
    if (!co_await redis_->pipeline(std::move(commands), after(patience))) doubtful_ = true;
}

Task<bool> DueIndex::rebuild(pg::Pool& pool) {
    if (!redis_ || !redis_->connected()) co_return false;
    auto built = co_await redis_->command({"ZSCORE", set_name, "built"}, after(patience));
    if (!built) co_return false;
    if (!built->is_nil() && !doubtful_) co_return true;
    doubtful_ = false;
    const std::string mark = "building:" + new_uuid(SystemClock().now()).text();
    auto filled = co_await fill(pool, mark);
    if (!filled) {
        log::warning("delivery.index.rebuild_failed", {{"reason", filled.error().reason}});
        co_await redis_->command({"ZREM", set_name, mark}, after(patience));
        co_return false;
    }
    co_return true;
}

Task<Result<void>> DueIndex::fill(pg::Pool& pool, std::string_view mark) {
    if (auto begun = co_await redis_->command({"ZADD", set_name, "+inf", mark}, after(patience)); !begun) co_return forward(begun);
    std::size_t count = 0;
    for (store::MessageKey last{};;) {
        auto due = co_await store::waiting(pool, last, page, after(30s));
        if (!due) co_return forward(due);
        std::vector<Entry> entries;
        for (const auto& row : *due) entries.push_back({row.key, row.at});
        count += entries.size();
        if (!entries.empty()) {
            last = entries.back().key;
            auto written = co_await redis_->pipeline(commands_for(entries), after(patience * 5));
            if (!written) co_return forward(written);
        }
        if (due->size() < page) break;
    }
    const std::array<std::string_view, 1> keys{set_name}, arguments{mark};
    auto finished = co_await redis_->run(finish_script, keys, arguments, after(patience));
    if (!finished) co_return forward(finished);
    if (finished->integer != 1) co_return unexpected(Fault::conflict, {}, "Redis forgot the index while it was built");
    index_rebuilds.add();
    log::info("delivery.index.rebuilt", {{"messages", count}});
    co_return Result<void>{};
}

}  // namespace sky::delivery
