#include "sky/presence/presence.h"

#include "shard.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::presence {

Entry& Entry::operator=(Entry&& other) noexcept {
    Entry old(std::move(state_));
    state_ = std::move(other.state_);
    return *this;
}

Entry::~Entry() {
    if (!state_) return;
    if (auto shard = state_->shard.lock()) shard->remove(state_);
}

void Entry::set_client(std::string client) {
    if (!state_) return;
    state_->session.client = ascii::printable(client);  // the client's own words end up on operators' screens
    if (auto shard = state_->shard.lock()) shard->changed(state_);
}

void Entry::busy() {
    if (!state_ || state_->session.idle_since == Time{}) return;
    state_->session.idle_since = Time{};
    state_->written = false;
}

void Entry::idle() {
    if (!state_ || state_->session.idle_since != Time{}) return;
    if (auto shard = state_->shard.lock()) state_->session.idle_since = shard->now();
    state_->written = false;
}

Registry::Registry(Executor executor, redis::Client& client, redis::Subscriber& subscriber, const Clock& clock,
                   std::chrono::steady_clock::duration renew_each)
    : shard_(std::make_shared<Shard>(std::move(executor), client, clock, renew_each)) {
    shard_->start(subscriber);
}

Registry::~Registry() { shard_->close(); }

Entry Registry::add(Session session, End end) {
    if (session.id.empty()) session.id = hex_encode(random_bytes(12));
    session.client = ascii::printable(session.client);
    auto state = std::make_shared<Entry::State>(std::move(session), std::move(end), shard_);
    shard_->add(state);
    return Entry(std::move(state));
}

Task<void> Registry::stop() { return shard_->stop(); }

}  // namespace sky::presence
