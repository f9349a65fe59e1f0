#include "imap/store/views.h"

#include <algorithm>
#include <utility>

#include "sky/mailstore/notify.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

constexpr std::size_t kept_views = 64;
constexpr std::size_t kept_messages = 500'000;  // of all kept views together
constexpr std::chrono::seconds recently{1};     // somebody who is no command may be about to look at what was touched

Task<void> tell(redis::Client* client, std::string channel, std::string payload) {
    static_cast<void>(co_await client->command({"PUBLISH", channel, payload}, after(std::chrono::seconds(2))));
}

}  // namespace

struct Views::Account {
    std::map<store::MailboxRef, View*> views;
    redis::Subscription subscription;
    void each(auto&& act) {
        for (auto& [ref, view] : views) act(*view);
    }
};

Views::Views(pg::Pool& pool, redis::Client* client, redis::Subscriber* subscriber, Group& errands)
    : pool_(&pool), client_(client), subscriber_(subscriber), errands_(&errands) {}

Views::~Views() {
    accounts_.clear();
    recent_.clear();
}

bool Views::hearing() {
    const bool hears = subscriber_ != nullptr && subscriber_->healthy();
    trusted_ = trusted_ || hears;
    return hears;
}

Task<void> Views::watch_hearing(Views* views) {
    bool told = false;
    for (;;) {
        co_await sleep_for(std::chrono::milliseconds(500));
        const bool hears = views->subscriber_ != nullptr && views->subscriber_->healthy();
        if (!hears && std::exchange(views->trusted_, false)) {
            for (auto& [id, account] : views->accounts_) account->each([](View& one) { one.distrust(); });
            for (auto& [id, watch] : views->watches_)
                if (const auto one = watch.lock()) one->distrust();
            log::warning("imap.changes.unheard", {{"reason", "Redis is silent: mailboxes are looked at by the clock"}});
            told = true;
        }
        if (hears && std::exchange(told, false)) log::info("imap.changes.heard");
    }
}

Task<void> Views::keep_small(Views* views, std::chrono::milliseconds rest, std::size_t most) {
    for (;;) {
        co_await sleep_for(std::min<std::chrono::milliseconds>(rest, std::chrono::seconds(5)));
        views->release_blocks(rest, most);
    }
}

void Views::release_blocks(std::chrono::milliseconds rest, std::size_t most) {
    const Deadline now = std::chrono::steady_clock::now();
    struct Cold {
        std::shared_ptr<View> view;
        View::Held held;
    };
    std::vector<Cold> cold;
    std::size_t messages = 0;
    for (const auto& [ref, weak] : views_) {
        const auto view = weak.lock();
        if (!view) continue;
        for (const View::Held& held : view->releasable()) {
            if (held.touched + rest <= now)
                view->release(held.block);
            else if (held.touched + recently <= now)
                cold.push_back({view, held});
        }
        messages += view->messages_held();
    }
    if (messages <= most) return;
    std::ranges::sort(cold, {}, [](const Cold& one) { return one.held.touched; });
    for (const Cold& one : cold) {
        if (messages <= most) break;
        one.view->release(one.held.block);
        messages -= one.held.messages;
    }
}

std::shared_ptr<View> Views::open(store::MailboxRef ref, store::Mailbox row) {
    auto view = views_[ref].lock();
    if (!view) {
        view = std::shared_ptr<View>(new View(ref, *pool_), [this, ref](View* gone) {
            forget(ref);
            delete gone;
        });
        views_[ref] = view;
        auto& account = accounts_[ref.account];
        if (!account) {
            account = std::make_unique<Account>();
            Account* heard = account.get();
            if (subscriber_ != nullptr)
                heard->subscription = subscriber_->subscribe(
                    store::change_channel(ref.account),
                    [heard](std::string_view payload) {
                        const auto modseq = store::read_change_payload(payload);
                        heard->each([&](View& one) { modseq ? one.heard(*modseq) : one.distrust(); });
                    },
                    [heard] { heard->each([](View& one) { one.distrust(); }); });
        }
        account->views[ref] = view.get();
    }
    view->note_row(std::move(row));
    keep(view);
    return view;
}

void Views::forget(store::MailboxRef ref) {
    if (const auto found = views_.find(ref); found != views_.end() && found->second.expired()) views_.erase(found);
    const auto account = accounts_.find(ref.account);
    if (account == accounts_.end()) return;
    account->second->views.erase(ref);
    if (account->second->views.empty()) accounts_.erase(account);
}

void Views::keep(const std::shared_ptr<View>& view) {
    recent_.remove(view);
    recent_.push_front(view);
    std::size_t messages = 0, count = 0;
    auto cut = recent_.begin();
    for (; cut != recent_.end(); ++cut) {
        messages += (*cut)->messages_held();
        if (++count > kept_views || (count > 1 && messages > kept_messages)) break;
    }
    std::list<std::shared_ptr<View>> old;
    old.splice(old.end(), recent_, cut, recent_.end());  // destroyed here, when recent_ is whole again
}

Task<Result<void>> Views::catch_up(View& view, Deadline deadline) {
    if (!view.loaded()) co_return co_await view.load(deadline);
    if (!view.stale() && !hearing()) {
        auto modseq = co_await store::Reader(*pool_).modseq(view.ref().owner(), deadline);
        if (!modseq) co_return forward(modseq);
        if (*modseq > view.known()) view.heard(*modseq);
    }
    if (!view.stale()) co_return Result<void>{};
    co_return co_await view.refresh(deadline);
}

std::shared_ptr<AccountWatch> Views::watch(store::AccountRef account) {
    std::erase_if(watches_, [](const auto& one) { return one.second.expired(); });
    auto& known = watches_[account.account];
    auto watch = known.lock();
    if (!watch) known = watch = std::make_shared<AccountWatch>(account, *pool_, subscriber_);
    return watch;
}

void Views::publish(store::Changed changed) {
    if (!changed.modseq) return;
    // The sessions of this shard see it in their very next command, whoever did it.
    if (const auto here = accounts_.find(changed.account); here != accounts_.end())
        here->second->each([&](View& one) { one.heard(changed.modseq); });
    if (const auto known = watches_.find(changed.account); known != watches_.end())
        if (const auto watch = known->second.lock()) watch->distrust();
    if (client_ == nullptr) return;
    // By itself: nobody waits for a hint, and one that fails is made up for by the readers' own looking.
    errands_->spawn("imap.publish", tell(client_, store::change_channel(changed.account), store::change_payload(changed.modseq)));
}

}  // namespace sky::imapd
