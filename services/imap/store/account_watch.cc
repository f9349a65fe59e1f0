#include "imap/store/account_watch.h"

#include "sky/mailstore/notify.h"

namespace sky::imapd {

AccountWatch::AccountWatch(store::AccountRef account, pg::Pool& pool, redis::Subscriber* subscriber) : account_(account), pool_(&pool) {
    if (subscriber == nullptr) return;
    subscription_ =
        subscriber->subscribe(store::change_channel(account.account), [this](std::string_view) { distrust(); }, [this] { distrust(); });
}

void AccountWatch::distrust() {
    stale_ = true;
    changed.notify_all();
}

Task<Result<SharedAccountState>> AccountWatch::look(Hearing hearing, Deadline deadline) {
    while (busy_)
        if (!co_await idle_.wait(deadline)) co_return unexpected(Fault::timeout, "The account is busy", "account watch");
    if (state_ && !stale_ && hearing == Hearing::yes) co_return state_;
    struct Turn {
        AccountWatch* watch;
        ~Turn() {
            watch->busy_ = false;
            watch->idle_.notify_all();
        }
    } turn(this);
    busy_ = true;
    stale_ = false;  // what is heard from now on may not be in what is read
    if (auto read = co_await refresh(deadline); !read) {
        stale_ = true;
        co_return forward(read);
    }
    co_return state_;
}

Task<Result<void>> AccountWatch::refresh(Deadline deadline) {
    const auto changes = co_await store::Reader(*pool_).account_changes(account_, state_ ? state_->modseq : ModSeq{}, deadline);
    if (!changes) co_return forward(changes);
    if (state_ && changes->modseq == state_->modseq) co_return Result<void>{};
    auto now = state_ ? std::make_shared<AccountState>(*state_) : std::make_shared<AccountState>();
    if (!state_ || changes->names_changed) {
        // Read after that MODSEQ: rows that are newer show again next time, as they are.
        auto names = co_await store::Mailboxes(*pool_).list(account_, deadline);
        if (!names) co_return forward(names);
        now->mailboxes.clear();
        for (store::Mailbox& one : names->mailboxes) now->mailboxes.emplace(one.id, std::move(one));
        now->subscribed_elsewhere = {names->subscribed_elsewhere.begin(), names->subscribed_elsewhere.end()};
    } else {
        for (const store::Mailbox& one : changes->mailboxes) now->mailboxes.insert_or_assign(one.id, one);
    }
    now->modseq = changes->modseq;
    state_ = std::move(now);
    co_return Result<void>{};
}

}  // namespace sky::imapd
