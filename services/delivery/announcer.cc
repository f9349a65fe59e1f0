#include "delivery/announcer.h"

#include <utility>

#include "sky/mailstore/notify.h"

namespace sky::delivery {

void Announcer::changed(const mailstore::Changed& change) {
    if (!redis_) return;
    auto& latest = news_[change.account];
    latest = std::max(latest, change.modseq);
    if (!std::exchange(publishing_, true)) group_.spawn("delivery.announce", publish());
}

Task<void> Announcer::publish() {
    while (!news_.empty()) {
        std::vector<std::vector<std::string>> commands;
        for (const auto& [account, modseq] : std::exchange(news_, {}))
            commands.push_back({"PUBLISH", mailstore::change_channel(account), mailstore::change_payload(modseq)});
        static_cast<void>(co_await redis_->pipeline(std::move(commands), after(std::chrono::seconds(1))));
    }
    publishing_ = false;
}

}  // namespace sky::delivery
