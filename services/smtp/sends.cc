#include "smtp/sends.h"

#include <array>

#include "sky/async/group.h"
#include "sky/async/timer.h"
#include "sky/redis/client.h"

namespace sky::smtpd {
namespace {
constexpr std::chrono::milliseconds redis_time{500};  // slower than this and memory counts

// KEYS: hour, day. ARGV: the limits, 0 for none. Counts in both, or says which is full.
constexpr redis::Script take_one{R"(
for i = 1, 2 do
  local most = tonumber(ARGV[i])
  if most > 0 and tonumber(redis.call('GET', KEYS[i]) or '0') >= most then return i end
end
for i = 1, 2 do
  redis.call('INCR', KEYS[i])
  redis.call('EXPIRE', KEYS[i], i == 1 and 7200 or 172800)
end
return 0)"};
constexpr redis::Script give_one_back{R"(
for i = 1, 2 do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then redis.call('DECR', KEYS[i]) end
end
return 0)"};
// KEYS[3]: the message. One that was counted before gives its second place back. Delivery knows repetitions for an hour.
constexpr redis::Script keep_one{R"(
if redis.call('SET', KEYS[3], '1', 'NX', 'EX', 7200) then return 1 end
for i = 1, 2 do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then redis.call('DECR', KEYS[i]) end
end
return 0)"};

// The braces keep one account's keys together in a cluster.
std::string key_of(AccountId account, std::string_view what) {
    return "smtp:sent:{" + std::to_string(account.value) + "}:" + std::string(what);
}
std::array<std::string, 2> keys_of(AccountId account, SendWindows windows) {
    return {key_of(account, "h" + std::to_string(windows.hour)), key_of(account, "d" + std::to_string(windows.day))};
}
}  // namespace

struct SendsState {
    redis::Client* redis;
    const Clock& clock;
    SendCounts counts;
    Group group;
    int coming_back = 0;  // places that Redis has yet to hear are free again

    bool has_redis() const { return redis && redis->connected(); }
};

namespace {
Task<void> tell_given_back(std::shared_ptr<SendsState> state, AccountId account, SendWindows windows) {
    const auto keys = keys_of(account, windows);
    const std::array<std::string_view, 2> names{keys[0], keys[1]};
    static_cast<void>(co_await state->redis->run(give_one_back, names, {}, after(redis_time)));
    --state->coming_back;
}
Task<void> tell_kept(std::shared_ptr<SendsState> state, AccountId account, SendWindows windows, Uuid ingest) {
    const auto keys = keys_of(account, windows);
    const auto message = key_of(account, ingest.text());
    const std::array<std::string_view, 3> names{keys[0], keys[1], message};
    static_cast<void>(co_await state->redis->run(keep_one, names, {}, after(redis_time)));
}
}  // namespace

Sends::Sends(Executor executor, redis::Client* redis, const Clock& clock)
    : state_(new SendsState{.redis = redis, .clock = clock, .counts = {}, .group = Group(std::move(executor)), .coming_back = 0}) {}
Sends::~Sends() = default;

Task<void> Sends::stop(Deadline deadline) {
    static_cast<void>(co_await state_->group.join(deadline));
    co_await state_->group.stop(deadline);
}

Task<Result<Sends::Ticket>> Sends::take(AccountId account, identity::SendLimits limits) {
    Ticket ticket;
    if (limits.hour == 0 && limits.day == 0) co_return ticket;
    const auto state = state_;
    const Time now = state->clock.now();
    const auto windows = windows_at(now);
    if (const auto full = state->counts.take(account, windows, limits); full != Full::no)
        co_return unexpected(Fault::limit, refusal_text(full, limits, now), "by this shard's count");
    ticket.state_ = state;
    ticket.account_ = account;
    ticket.windows_ = windows;
    if (!state->has_redis()) co_return ticket;
    const auto keys = keys_of(account, windows);
    const std::array<std::string_view, 2> names{keys[0], keys[1]};
    const auto hour = std::to_string(limits.hour), day = std::to_string(limits.day);
    const std::array<std::string_view, 2> most{hour, day};
    const Deadline deadline = after(redis_time);
    auto answer = co_await state->redis->run(take_one, names, most, deadline);
    while (answer && answer->integer != 0 && state->coming_back > 0 && !passed(deadline)) {
        co_await sleep_for(std::chrono::milliseconds(5));
        answer = co_await state->redis->run(take_one, names, most, deadline);
    }
    if (!answer) co_return ticket;
    ticket.in_redis_ = answer->integer == 0;
    if (answer->integer == 0) co_return ticket;
    co_return unexpected(Fault::limit, refusal_text(answer->integer == 1 ? Full::hour : Full::day, limits, now), "by Redis's count");
}

Sends::Ticket::Ticket(Ticket&& other) noexcept
    : state_(std::move(other.state_)), account_(other.account_), windows_(other.windows_), in_redis_(other.in_redis_) {}

Sends::Ticket& Sends::Ticket::operator=(Ticket&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    state_ = std::move(other.state_);
    account_ = other.account_;
    windows_ = other.windows_;
    in_redis_ = other.in_redis_;
    return *this;
}

Sends::Ticket::~Ticket() { give_back(); }

void Sends::Ticket::give_back() {
    const auto state = std::exchange(state_, nullptr);
    if (!state) return;
    state->counts.give_back(account_, windows_);
    if (!in_redis_ || !state->has_redis()) return;
    ++state->coming_back;
    state->group.spawn("smtp.sends.back", tell_given_back(state, account_, windows_));
}

void Sends::Ticket::keep(const Uuid& ingest) {
    const auto state = std::exchange(state_, nullptr);
    if (!state) return;
    if (!state->counts.is_first(ingest, windows_)) state->counts.give_back(account_, windows_);
    if (in_redis_ && state->has_redis()) state->group.spawn("smtp.sends.kept", tell_kept(state, account_, windows_, ingest));
}

}  // namespace sky::smtpd
