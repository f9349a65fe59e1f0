#pragma once
// The mailboxes of one account, for the sessions that asked to be notified (RFC 5465): read once for all of them when the account changed.
#include <map>
#include <memory>
#include <set>
#include <string>

#include "sky/async/event.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/redis/subscriber.h"

namespace sky::imapd {

namespace store = mailstore;

struct AccountState {
    ModSeq modseq;  // nothing at or below it is missing
    std::map<MailboxId, store::Mailbox> mailboxes;
    std::set<std::string> subscribed_elsewhere;  // names without a mailbox
};
using SharedAccountState = std::shared_ptr<const AccountState>;

class AccountWatch {
  public:
    // The subscriber may be absent (null).
    AccountWatch(store::AccountRef account, pg::Pool& pool, redis::Subscriber* subscriber);

    // The state as of now. While silence proves nothing (`hearing` false) the database is asked each time: one round trip, one more when
    // names changed.
    enum class Hearing { no, yes };
    Task<Result<SharedAccountState>> look(Hearing hearing, Deadline deadline);
    void distrust();

    Event changed;  // something was heard

  private:
    Task<Result<void>> refresh(Deadline deadline);

    store::AccountRef account_;
    pg::Pool* pool_;
    SharedAccountState state_;
    bool stale_ = true;
    bool busy_ = false;
    Event idle_;
    redis::Subscription subscription_;
};

}  // namespace sky::imapd
