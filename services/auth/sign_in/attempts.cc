#include "auth/sign_in/attempts.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "sky/async/timer.h"
#include "sky/base/encode.h"
#include "sky/net/address.h"
#include "sky/redis/client.h"

namespace sky::auth {
namespace {
using namespace std::chrono_literals;
constexpr auto window = 15min;
constexpr auto redis_time = 500ms;  // Redis is a hint: slower than this and memory counts
constexpr std::int64_t most_per_pair = 10, most_per_network = 200;

std::chrono::milliseconds ladder(std::int64_t failures) {
    constexpr std::chrono::milliseconds steps[] = {0s, 2s, 4s, 8s, 15s};
    return steps[std::clamp<std::int64_t>(failures, 0, 4)];
}

std::string window_seconds() { return std::to_string(std::chrono::seconds(window).count()); }

struct Names {
    std::string seen, pair, network, account;
    explicit Names(const AttemptKey& key)
        : seen("auth:seen:" + base64url_encode(key.digest)),
          pair("auth:fail:pair:" + key.network + ":" + key.account),
          network("auth:fail:network:" + key.network),
          account("auth:fail:account:" + key.account) {}
};
}  // namespace

std::string network_of(std::string_view address) {
    auto bytes = net::parse_address(address);
    if (!bytes) return "unknown";
    const std::size_t kept = net::is_ipv4(*bytes) ? 15 : 8;
    std::fill(bytes->begin() + kept, bytes->end(), 0);
    return net::address_text(*bytes);
}

std::chrono::milliseconds delay_of(const Standing& standing) {
    return std::max({ladder(standing.pair), ladder(standing.network / 10), ladder(standing.account / 20)});
}

bool is_exhausted(const Standing& standing) { return standing.pair > most_per_pair || standing.network > most_per_network; }

struct LocalCounts::State {
    struct Count {
        std::int64_t failures = 0;
        Moment ends;
    };
    std::size_t capacity;
    std::unordered_map<std::string, Count> counts;
    std::deque<std::pair<Moment, std::string>> by_age;

    Count& at(const std::string& name, Moment now) {
        while (!by_age.empty() && (by_age.front().first <= now || by_age.size() > capacity)) {
            const auto found = counts.find(by_age.front().second);
            if (found != counts.end() && found->second.ends == by_age.front().first) counts.erase(found);
            by_age.pop_front();
        }
        auto [found, fresh] = counts.try_emplace(name);
        if (fresh) {
            found->second.ends = now + window;
            by_age.emplace_back(found->second.ends, name);
        }
        return found->second;
    }
};

LocalCounts::LocalCounts(std::size_t capacity) : state_(std::make_unique<State>(capacity)) {}
LocalCounts::~LocalCounts() = default;

Reservation LocalCounts::reserve(const AttemptKey& key, Moment now) {
    const Names names(key);
    Reservation out;
    out.counted = out.counted_here = ++state_->at(names.seen, now).failures == 1;
    const auto count = [&](const std::string& name) { return state_->at(name, now).failures += out.counted ? 1 : 0; };
    out.standing = {count(names.pair), count(names.network), count(names.account)};
    return out;
}

void LocalCounts::refund(const AttemptKey& key, const Reservation& reservation, Refund why, Moment now) {
    const Names names(key);
    if (why == Refund::proved) state_->at(names.pair, now).failures = 0;
    if (!reservation.counted_here) return;
    state_->at(names.seen, now).failures = 0;
    for (const auto& name : {names.pair, names.network, names.account}) {
        auto& failures = state_->at(name, now).failures;
        failures = std::max<std::int64_t>(0, failures - 1);
    }
}

Attempts::Attempts(redis::Client* redis) : redis_(redis), local_(100'000) {}

Task<Reservation> Attempts::reserve(const AttemptKey& key) {
    const auto here = local_.reserve(key, std::chrono::steady_clock::now());  // always, so that losing Redis forgets little
    if (!redis_ || !redis_->connected()) co_return here;
    const Names names(key);
    const auto seconds = window_seconds();
    auto fresh = co_await redis_->command({"SET", names.seen, "1", "NX", "EX", seconds}, after(redis_time));
    if (!fresh) co_return here;
    Reservation out{.counted = !fresh->is_nil(), .counted_here = here.counted};
    std::vector<std::vector<std::string>> commands;
    for (const auto& name : {names.pair, names.network, names.account}) {
        if (out.counted)
            commands.push_back({"INCR", name});
        else
            commands.push_back({"GET", name});
    }
    if (out.counted)
        for (const auto& name : {names.pair, names.network, names.account}) commands.push_back({"EXPIRE", name, seconds, "NX"});
    auto replies = co_await redis_->pipeline(std::move(commands), after(redis_time));
    if (!replies) co_return here;
    const auto number = [&](std::size_t i) -> std::int64_t {
        const auto& value = (*replies)[i];
        return value.is_integer() ? value.integer : value.is_text() ? std::atoll(value.text.c_str()) : 0;
    };
    // A fresh or flushed Redis must not forgive what this process saw.
    out.standing = {std::max(number(0), here.standing.pair), std::max(number(1), here.standing.network),
                    std::max(number(2), here.standing.account)};
    co_return out;
}

Task<void> Attempts::refund(const AttemptKey& key, const Reservation& reservation, Refund why) {
    local_.refund(key, reservation, why, std::chrono::steady_clock::now());
    if (!redis_ || !redis_->connected()) co_return;
    const Names names(key);
    std::vector<std::vector<std::string>> commands;
    if (why == Refund::proved) commands.push_back({"DEL", names.pair});
    if (reservation.counted) {
        commands.push_back({"DEL", names.seen});
        std::vector<std::string> counted{names.network, names.account};
        if (why == Refund::not_tried) counted.push_back(names.pair);
        for (const auto& name : counted) {
            commands.push_back({"DECR", name});
            commands.push_back({"EXPIRE", name, window_seconds(), "NX"});  // should it have expired in between, no count may stay for ever
        }
    }
    if (!commands.empty()) static_cast<void>(co_await redis_->pipeline(std::move(commands), after(redis_time)));
}

}  // namespace sky::auth
