#include "subscriber_link.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "codec.h"
#include "dial.h"
#include "sky/async/report.h"

namespace sky::redis {
namespace {

constexpr std::chrono::milliseconds ping_each{500};
constexpr std::chrono::milliseconds fresh{1000};
constexpr std::chrono::milliseconds longest_silence{2000};

}  // namespace

void Subscriber::Link::send(std::initializer_list<std::string_view> argv) {
    out_ += encode({argv.begin(), argv.size()});
    to_send_.notify_all();
}

void Subscriber::Link::ask(const std::string& channel) {
    ++channels_[channel].asked;
    send({"SUBSCRIBE", channel});
}

void Subscriber::Link::ask_for_all() {
    std::erase_if(channels_, [](const auto& item) { return item.second.entries.empty(); });
    for (auto& [name, channel] : channels_) {
        channel.asked = 0;
        channel.heard = false;
        ask(name);
    }
}

void Subscriber::Link::add(Entry entry) {
    Channel& channel = channels_[entry->channel];
    const bool first = channel.entries.empty();
    channel.entries.push_back(entry);
    if (channel.heard) {
        boost::asio::post(executor_, [entry] {
            if (entry->active && entry->gap) entry->gap();
        });
    } else if (first && stream_) {
        ask(entry->channel);
    }
}

void Subscriber::Link::remove(const Entry& entry) {
    const auto at = channels_.find(entry->channel);
    if (at == channels_.end()) return;
    std::erase(at->second.entries, entry);
    if (!at->second.entries.empty()) return;
    at->second.heard = false;
    if (stream_) send({"UNSUBSCRIBE", entry->channel});
    if (at->second.asked == 0) channels_.erase(at);
}

bool Subscriber::Link::healthy() const {
    if (!stream_ || passed(last_heard_ + fresh)) return false;
    return std::ranges::all_of(channels_, [](const auto& item) { return item.second.heard || item.second.entries.empty(); });
}

// Entries may come and go in the callbacks: a copy is walked.
void Subscriber::Link::confirm(Channel& channel) {
    channel.heard = true;
    for (const Entry& entry : std::vector<Entry>(channel.entries))
        if (entry->active && entry->gap) entry->gap();
}

void Subscriber::Link::take(Value value) {
    if (!value.is_array() || value.items.size() < 3) return;  // PONG, in either form
    const std::string& kind = value.items[0].text;
    const auto at = channels_.find(value.items[1].text);
    if (at == channels_.end()) return;
    if (kind == "message") {
        if (!at->second.heard) return;
        for (const Entry& entry : std::vector<Entry>(at->second.entries))
            if (entry->active) entry->message(value.items[2].text);
    } else if (kind == "subscribe") {
        // Asked for, given up and asked for again: only the last answer counts.
        if (--at->second.asked > 0) return;
        if (at->second.entries.empty())
            channels_.erase(at);
        else
            confirm(at->second);
    }
}

Task<void> Subscriber::Link::keep_open(std::shared_ptr<Link> link) {
    Pause pause;
    bool told = false;
    for (;;) {
        auto dialled = co_await dial(link->options_);
        if (!dialled) {
            if (!std::exchange(told, true)) report("redis.subscriber.away", link->options_.host, dialled.error().reason);
            co_await pause.wait();
            continue;
        }
        pause.worked();
        told = false;
        auto stream = std::make_shared<net::Stream>(std::move(*dialled));
        link->stream_ = stream;
        link->last_heard_ = std::chrono::steady_clock::now();
        link->out_.clear();
        link->ask_for_all();
        link->group_.spawn("redis.subscriber.write", write_queued(link, stream));
        link->group_.spawn("redis.subscriber.ping", ping(link, stream));
        const Error error = co_await link->read_messages(*stream);
        stream->close();
        if (link->closed_) co_return;
        link->stream_ = nullptr;
        for (auto& [name, channel] : link->channels_) channel.heard = false;
        link->to_send_.notify_all();
        report("redis.subscriber.lost", link->options_.host, error.reason);
        co_await pause.wait();
    }
}

Task<void> Subscriber::Link::write_queued(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream) {
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

Task<void> Subscriber::Link::ping(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream) {
    for (;;) {
        co_await sleep_for(ping_each);
        if (!stream->is_open() || link->stream_ != stream) co_return;
        link->send({"PING"});
    }
}

Task<Error> Subscriber::Link::read_messages(net::Stream& stream) {
    Decoder decoder;
    std::array<char, 16384> buffer;
    for (;;) {
        auto got = co_await stream.read_some(buffer.data(), buffer.size(), after(longest_silence));
        if (!got) co_return got.error();
        last_heard_ = std::chrono::steady_clock::now();
        decoder.feed({buffer.data(), *got});
        for (;;) {
            auto value = decoder.next();
            if (!value) co_return value.error();
            if (!*value) break;
            take(std::move(**value));
        }
    }
}

void Subscriber::Link::close() {
    closed_ = true;
    group_.cancel();
    if (stream_) stream_->close();
    stream_ = nullptr;
    for (auto& [name, channel] : channels_)
        for (const Entry& entry : channel.entries) entry->active = false;
    channels_.clear();
}

Task<void> Subscriber::Link::stop() {
    close();
    co_await group_.stop(after(std::chrono::seconds(5)));
}

}  // namespace sky::redis
