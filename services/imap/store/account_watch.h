#pragma once
// The mailboxes of one account and their access control lists, for the sessions that asked to be notified (RFC 5465) and for those that use
// somebody else's: read once for all of them when the account changed.
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "sky/async/event.h"
#include "sky/mailstore/acl.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/redis/subscriber.h"

namespace sky::imapd {

namespace store = mailstore;

struct AccountState {
    ModSeq modseq;  // nothing at or below it is missing
    std::map<MailboxId, store::Mailbox> mailboxes;
    std::map<MailboxId, store::Acl> acls;         // of those that have any
    std::set<std::string> subscribed_elsewhere;   // names without a mailbox
    std::vector<store::MetadataChange> metadata;  // the latest, by MODSEQ
};
using SharedAccountState = std::shared_ptr<const AccountState>;

class AccountWatch {
  public:
    // The subscriber may be absent (null).
    AccountWatch(store::AccountRef account, pg::Pool& pool, redis::Subscriber* subscriber);

    // The state as of now. While silence proves nothing (`hearing` no) the database is asked each time: one round trip, one more when
    // names changed. It is asked as well when nobody did for `trusted_for`: a word may be lost while others are heard.
    enum class Hearing { no, yes };
    Task<Result<SharedAccountState>> look(Hearing hearing, Deadline deadline, std::chrono::seconds trusted_for = std::chrono::hours(24));
    void distrust();

    Event changed;  // something was heard

  private:
    Task<Result<void>> refresh(Deadline deadline);

    store::AccountRef account_;
    pg::Pool* pool_;
    SharedAccountState state_;
    std::chrono::steady_clock::time_point read_{};
    bool stale_ = true;
    bool busy_ = false;
    Event idle_;
    redis::Subscription subscription_;
};

}  // namespace sky::imapd
