#include "client_link.h"

#include <array>

#include "codec.h"
#include "dial.h"
#include "sky/async/report.h"

namespace sky::redis {
namespace {

constexpr std::size_t most_waiting = 10'000;
// A connection on which a command waits this long is dead, whatever TCP thinks.
constexpr std::chrono::milliseconds longest_silence{2000};

Error away(std::string reason) { return Error{Fault::unavailable, {}, std::move(reason)}; }

}  // namespace

void Client::Link::enter(State state) {
    if (state_ == State::stopped) return;
    state_ = state;
    changed_.notify_all();
}

void Client::Link::fail_waiting(const Error& error) {
    out_.clear();
    auto waiting = std::move(waiting_);
    waiting_.clear();
    for (auto& pending : waiting) {
        pending->failed = error;
        pending->settled.notify_all();
    }
}

Task<Result<std::vector<Value>>> Client::Link::exchange(std::shared_ptr<Link> link, std::string bytes, std::size_t commands,
                                                        Deadline deadline) {
    while (link->state_ == State::first_attempt && !passed(deadline)) co_await link->changed_.wait(deadline);
    if (link->state_ != State::up) co_return std::unexpected(away("Redis is away"));
    if (link->waiting_.size() >= most_waiting) co_return std::unexpected(away("Redis is too slow: its queue is full"));
    auto pending = std::make_shared<Pending>(commands, std::chrono::steady_clock::now());
    link->waiting_.push_back(pending);
    link->out_ += bytes;
    link->to_send_.notify_all();
    while (!pending->done()) {
        const bool told = co_await pending->settled.wait(deadline);
        if (!told && !pending->done() && passed(deadline)) co_return unexpected(Fault::timeout, {}, "Redis did not answer in time");
    }
    if (pending->failed) co_return std::unexpected(*pending->failed);
    co_return std::move(pending->values);
}

Task<void> Client::Link::keep_open(std::shared_ptr<Link> link) {
    Pause pause;
    bool told = false;  // one report for an outage, not one an attempt
    for (;;) {
        auto dialled = co_await dial(link->options_);
        if (!dialled) {
            link->enter(State::down);
            if (!std::exchange(told, true)) report("redis.client.away", link->options_.host, dialled.error().reason);
            co_await pause.wait();
            continue;
        }
        pause.worked();
        told = false;
        auto stream = std::make_shared<net::Stream>(std::move(*dialled));
        link->stream_ = stream;
        link->enter(State::up);
        link->group_.spawn("redis.client.write", write_queued(link, stream));
        const Error error = co_await link->read_replies(*stream);
        stream->close();
        if (link->state_ == State::stopped) co_return;
        link->enter(State::down);
        link->to_send_.notify_all();  // ends the writer
        link->fail_waiting(away("the connection to Redis broke: " + error.reason));
        report("redis.client.lost", link->options_.host, error.reason);
        co_await pause.wait();
    }
}

Task<void> Client::Link::write_queued(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream) {
    while (stream->is_open()) {
        const auto seen = link->to_send_.count();
        if (link->out_.empty()) {
            co_await link->to_send_.wait_past(seen, Deadline::max());
            continue;
        }
        const std::string batch = std::exchange(link->out_, {});
        if (auto sent = co_await stream->write(batch); !sent) stream->close();
    }
}

Task<Error> Client::Link::read_replies(net::Stream& stream) {
    Decoder decoder;
    std::array<char, 16384> buffer;
    for (;;) {
        auto got = co_await stream.read_some(buffer.data(), buffer.size(), after(longest_silence / 2));
        if (!got && got.error().fault == Fault::timeout && stream.is_open()) {
            if (waiting_.empty() || !passed(waiting_.front()->sent + longest_silence)) continue;
            co_return away("no answer");
        }
        if (!got) co_return got.error();
        decoder.feed({buffer.data(), *got});
        for (;;) {
            auto value = decoder.next();
            if (!value) co_return value.error();
            if (!*value) break;
            if (waiting_.empty()) co_return away("a reply that nobody asked for");
            auto& pending = *waiting_.front();
            pending.values.push_back(std::move(**value));
            if (pending.done()) {
                pending.settled.notify_all();
                waiting_.pop_front();
            }
        }
    }
}

void Client::Link::close() {
    enter(State::stopped);
    group_.cancel();
    if (stream_) stream_->close();
    fail_waiting(away("closed"));
}

Task<void> Client::Link::stop() {
    close();
    co_await group_.stop(after(std::chrono::seconds(5)));
}

}  // namespace sky::redis
