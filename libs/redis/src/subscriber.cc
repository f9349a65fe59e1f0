#include "sky/redis/subscriber.h"

#include "subscriber_link.h"

namespace sky::redis {

Subscription& Subscription::operator=(Subscription&& other) noexcept {
    Subscription old(std::move(entry_));
    entry_ = std::move(other.entry_);
    return *this;
}

Subscription::~Subscription() {
    if (!entry_) return;
    entry_->active = false;
    if (auto link = entry_->link.lock()) link->remove(entry_);
}

Subscriber::Subscriber(Executor executor, Options options) : link_(std::make_shared<Link>(std::move(executor), std::move(options))) {
    link_->start();
}
Subscriber::~Subscriber() { link_->close(); }

Subscription Subscriber::subscribe(std::string channel, Message message, Gap gap) {
    auto entry = std::make_shared<Subscription::Entry>(std::move(channel), std::move(message), std::move(gap), link_);
    link_->add(entry);
    return Subscription(std::move(entry));
}

bool Subscriber::healthy() const { return link_->healthy(); }
std::chrono::steady_clock::time_point Subscriber::last_heard() const { return link_->last_heard(); }
Task<void> Subscriber::stop() { return link_->stop(); }

}  // namespace sky::redis
