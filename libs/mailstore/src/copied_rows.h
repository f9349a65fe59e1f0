#pragma once
// The rows that COPY and MOVE write from one account to another (copy_across.cc).
#include "rows.h"

namespace sky::mailstore {

// What messages add to the numbers of their mailbox and account.
struct Counts {
    std::int64_t messages = 0, unseen = 0, deleted = 0, octets = 0;
    void add(const Placement& one);
    Counts operator-() const { return {-messages, -unseen, -deleted, -octets}; }
};

// Messages in their new mailbox, with UIDs that follow each other.
class CopiedRows {
  public:
    explicit CopiedRows(std::int64_t uid_next) : uid_next_(uid_next) {}

    // `email`: what the copy is of; flags and keywords as the new mailbox has them.
    void add(const Placement& one, std::int64_t email, std::int64_t keywords);
    // Placements, the mailbox's numbers, and its row of the change log.
    void queue(pg::Transaction& tx, MailboxRef to, ModSeq modseq) const;

    const std::vector<std::int64_t>& uids() const { return uids_; }
    const std::vector<std::int64_t>& emails() const { return emails_; }
    const Counts& counts() const { return counts_; }

  private:
    std::int64_t uid_next_;
    std::vector<std::int64_t> uids_, emails_, keywords_;
    std::vector<Time> dates_;
    std::vector<std::int32_t> sizes_, system_, marks_;
    Counts counts_;
};

// The numbers of a mailbox that messages have left.
void queue_left(pg::Transaction& tx, MailboxRef from, ModSeq modseq, const Counts& gone);
// What an account uses, of its quota and in messages.
void queue_used(pg::Transaction& tx, AccountRef account, const Counts& more);

// Room for `octets` more in a locked account: draws from its pool where its share of it is too small. Fault::over_quota.
Task<Result<void>> make_room(pg::Transaction& tx, AccountRef account, const LockedAccount& lock, std::int64_t octets);

}  // namespace sky::mailstore
