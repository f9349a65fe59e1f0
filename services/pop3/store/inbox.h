#pragma once
// The inbox out of libs/mailstore.
#include "pop3/asked.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/write.h"
#include "sky/redis/client.h"

namespace sky::pop3d {

// One a shard. `redis` may be null: then nobody is told of what QUIT removed, and readers find out by themselves.
class StoreInbox final : public Inbox {
  public:
    StoreInbox(pg::Pool& pool, const Clock& clock, redis::Client* redis)
        : mailboxes_(pool), reader_(pool), writer_(pool, clock), redis_(redis) {}

    Task<Result<Listing>> list(const identity::Principal& user, Deadline deadline) override;
    Task<Result<std::unique_ptr<Octets>>> open(const identity::Principal& user, EmailId email, Deadline deadline) override;
    Task<Result<void>> remove(const identity::Principal& user, UidValidity validity, std::vector<Uid> uids, Deadline deadline) override;

  private:
    Task<Result<mailstore::Mailbox>> inbox(const identity::Principal& user, Deadline deadline);

    mailstore::Mailboxes mailboxes_;
    mailstore::Reader reader_;
    mailstore::Writer writer_;
    redis::Client* redis_;
};

}  // namespace sky::pop3d
