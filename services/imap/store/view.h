#pragma once
// What this shard knows of one mailbox: the list of its messages with flags, shared by all its sessions. A view never believes a
// notification: it reads the rows above its watermark from PostgreSQL. Loaded when first touched, not by SELECT.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sky/async/event.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/write.h"

namespace sky::imapd {

namespace store = mailstore;

// The UIDs of a mailbox in order. Immutable and shared: sessions in step with the view hold the same list, and one that lags keeps the
// list it has told its client about.
using UidList = std::vector<std::uint32_t>;
using SharedUids = std::shared_ptr<const UidList>;

// Where a mailbox was when a client was told about it.
struct Announced {
    std::uint64_t messages = 0;
    Uid uid_next;
    ModSeq modseq;
};

class View {
  public:
    View(store::MailboxRef ref, pg::Pool& pool) : ref_(ref), pool_(&pool) {}

    const store::MailboxRef& ref() const { return ref_; }
    pg::Pool* pool() const { return pool_; }
    const store::Mailbox& row() const { return row_; }
    bool loaded() const { return loaded_; }
    const SharedUids& uids() const { return uids_; }
    ModSeq modseq() const { return row_.modseq; }
    const std::vector<store::Placement>& messages() const { return messages_; }
    const store::Placement* find(std::uint32_t uid) const;
    std::string flags_text(const store::Flags& flags) const;  // "\Seen $Forwarded"

    // The mailbox row as just read (SELECT); true when it shows nothing that is not known already.
    bool note_row(store::Mailbox row);
    // Loads the messages if that is still to be done, and brings the view up to everything committed before this call.
    Task<Result<void>> load(Deadline deadline);
    Task<Result<void>> refresh(Deadline deadline);
    // For a view that is not loaded: is the mailbox still as its row says? One row is read, and no load follows from it.
    Task<Result<bool>> unchanged(Deadline deadline);
    // The account was told to have changed up to this (Redis), or a poll found so.
    void heard(ModSeq account_modseq);
    // Something may have happened that was not heard: the subscription began or broke.
    void distrust();
    bool stale() const { return distrusted_ || wanted_ > known_; }
    ModSeq known() const { return known_; }

    // What an own write of this shard answered: rows as PostgreSQL has them. Advances the watermark when nothing else can lie between.
    void apply(const store::Stored& stored);
    void apply(const store::Expunged& expunged);

    // UIDs whose flags changed above `since` (ascending); nothing else.
    std::vector<std::uint32_t> changed_since(ModSeq since) const;

    Event changed;  // notified whenever heard() brought news or a write was applied

  private:
    Task<Result<void>> fetch_all(Deadline deadline);
    Task<Result<void>> fetch_changes(Deadline deadline);
    void merge(const std::vector<store::Placement>& news);
    void remove(const store::UidSet& gone);
    void rebuild();
    void own_write(const store::Changed& changed);

    store::MailboxRef ref_;
    pg::Pool* pool_;
    store::Mailbox row_;
    bool loaded_ = false;
    std::vector<store::Placement> messages_;  // by uid
    SharedUids uids_ = std::make_shared<UidList>();
    ModSeq known_;   // every change of the account up to here that concerns this mailbox is in this view
    ModSeq wanted_;  // changes up to here have been committed
    bool distrusted_ = false;
    bool busy_ = false;
    Event idle_;  // a refresh ended
};

}  // namespace sky::imapd
