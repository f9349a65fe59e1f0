#include "imap/store/account_watch.h"

#include "sky/mailstore/notify.h"

namespace sky::imapd {
namespace {
constexpr std::ptrdiff_t latest_metadata = 500;  // changes that are remembered for sessions that are still to be told
}

AccountWatch::AccountWatch(store::AccountRef account, pg::Pool& pool, redis::Subscriber* subscriber) : account_(account), pool_(&pool) {
    if (subscriber == nullptr) return;
    subscription_ =
        subscriber->subscribe(store::change_channel(account.account), [this](std::string_view) { distrust(); }, [this] { distrust(); });
}

void AccountWatch::distrust() {
    stale_ = true;
    changed.notify_all();
}

Task<Result<SharedAccountState>> AccountWatch::look(Hearing hearing, Deadline deadline, std::chrono::seconds trusted_for) {
    while (busy_)
        if (!co_await idle_.wait(deadline)) co_return unexpected(Fault::timeout, "The account is busy", "account watch");
    const auto now = std::chrono::steady_clock::now();
    if (state_ && !stale_ && hearing == Hearing::yes && now < read_ + trusted_for) co_return state_;
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
    read_ = now;
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
        auto acls = co_await store::Acls(*pool_).of_account(account_, deadline);
        if (!acls) co_return forward(acls);
        now->acls = *std::move(acls);
        now->mailboxes.clear();
        for (store::Mailbox& one : names->mailboxes) now->mailboxes.emplace(one.id, std::move(one));
        now->subscribed_elsewhere = {names->subscribed_elsewhere.begin(), names->subscribed_elsewhere.end()};
    } else {
        for (const store::Mailbox& one : changes->mailboxes) now->mailboxes.insert_or_assign(one.id, one);
    }
    if (state_) now->metadata.insert(now->metadata.end(), changes->metadata.begin(), changes->metadata.end());
    if (std::ssize(now->metadata) > latest_metadata) now->metadata.erase(now->metadata.begin(), now->metadata.end() - latest_metadata);
    now->modseq = changes->modseq;
    state_ = std::move(now);
    co_return Result<void>{};
}

}  // namespace sky::imapd
