#pragma once
// The views of a shard, and what tells them of changes: Redis while it is healthy, a look at the account's MODSEQ otherwise.
#include <list>
#include <map>
#include <memory>

#include "imap/store/account_watch.h"
#include "imap/store/view.h"
#include "sky/async/group.h"
#include "sky/redis/client.h"
#include "sky/redis/subscriber.h"

namespace sky::imapd {

class Views {
  public:
    // Redis may be absent (null). `errands`: where publishing runs.
    Views(pg::Pool& pool, redis::Client* client, redis::Subscriber* subscriber, Group& errands);
    ~Views();

    // The view of a mailbox, as one of its readers sees it; `row` was just read.
    std::shared_ptr<View> open(store::MailboxRef ref, store::Mailbox row);
    // Everything committed before this call is in the view when it returns.
    Task<Result<void>> catch_up(View& view, Deadline deadline);
    // Is silence on the channel proof that nothing happened?
    bool hearing();
    // Runs until it is cancelled: when Redis can't be heard any more, all views are looked at again, so that an IDLE that trusted in being
    // told does not sleep on.
    static Task<void> watch_hearing(Views* views);
    // Runs until it is cancelled: releases blocks of messages that nobody touched for `rest`, and the coldest ones while all views together
    // hold more than `most` messages.
    static Task<void> keep_small(Views* views, std::chrono::milliseconds rest, std::size_t most);
    void release_blocks(std::chrono::milliseconds rest, std::size_t most);
    // The mailboxes of an account, for NOTIFY; one watch for all its sessions.
    std::shared_ptr<AccountWatch> watch(store::AccountRef account);
    // Tells everyone, after COMMIT. Does not wait.
    void publish(store::Changed changed);

  private:
    struct Account;  // one that has open views
    void forget(store::MailboxRef ref);
    void keep(const std::shared_ptr<View>& view);

    pg::Pool* pool_;
    redis::Client* client_;
    redis::Subscriber* subscriber_;
    Group* errands_;
    bool trusted_ = false;  // somebody waits because of a yes from hearing()
    std::map<store::MailboxRef, std::weak_ptr<View>> views_;
    std::map<AccountId, std::unique_ptr<Account>> accounts_;
    std::map<AccountId, std::weak_ptr<AccountWatch>> watches_;
    std::list<std::shared_ptr<View>> recent_;  // kept for a while after their last session, newest first
};

}  // namespace sky::imapd
