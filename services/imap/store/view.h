#pragma once
// What this shard knows of one mailbox, shared by all sessions that see it alike (store::MailboxRef::reader): which UIDs it holds, and of
// the blocks of 4,096 UIDs that somebody touched not too long ago, the messages with flags and MODSEQ. A view never believes a
// notification: it reads the rows above its watermark from PostgreSQL. SELECT loads nothing; whoever works with messages has their blocks
// touched first.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "imap/store/kept_keys.h"
#include "imap/store/uid_map.h"
#include "sky/async/event.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/write.h"

namespace sky::imapd {

// Immutable but for what is learned, and shared: sessions in step with the view hold the same map, and one that lags keeps the map it has
// told its client about.
using SharedUids = std::shared_ptr<const UidMap>;

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
    bool loaded() const { return loaded_; }  // numbered, that is: the map is there
    const SharedUids& uids() const { return uids_; }
    ModSeq modseq() const { return row_.modseq; }
    // A message of a block that was touched, or that changed lately; null for others.
    const store::Placement* find(std::uint32_t uid) const;
    // The same for many, in about the order of their UIDs: each begins where the last was. Not beyond the next co_await.
    class Finder {
      public:
        explicit Finder(const View& view) : view_(&view) {}
        const store::Placement* find(std::uint32_t uid);

      private:
        const View* view_;
        const std::vector<store::Placement>* messages_ = nullptr;  // of block_
        std::size_t block_ = 0;
        std::size_t next_ = 0;
    };
    std::string flags_text(const store::Flags& flags) const;                 // "\Seen $Forwarded"
    std::size_t messages_held() const;                                       // in memory; 64 octets of kept keys count as one
    BlockKeys* keys(std::size_t block);                                      // of a block that is held; else null
    const std::vector<store::Placement>* messages(std::size_t block) const;  // by UID; of a block that is held, else null
    std::vector<std::size_t> held_blocks() const;                            // ascending

    // The mailbox row as just read (SELECT); true when it shows nothing that is not known already.
    bool note_row(store::Mailbox row);
    // Numbers the mailbox if that is still to be done, and brings the view up to everything committed before this call.
    Task<Result<void>> load(Deadline deadline);
    Task<Result<void>> refresh(Deadline deadline);
    // Makes the messages of these blocks (of the view's map, ascending) findable and their UIDs known.
    Task<Result<void>> touch(std::vector<std::size_t> blocks, Deadline deadline);
    // A command works with what it touched: nothing is released while one of these is there.
    class Use {
      public:
        explicit Use(const View& view) : commands_(view.commands_) { ++*commands_; }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        ~Use() { --*commands_; }

      private:
        std::shared_ptr<std::size_t> commands_;
    };
    // Blocks that may be released: when each was touched last, and how many messages it holds, keys included. None while the view is in
    // use.
    struct Held {
        std::size_t block = 0;
        Deadline touched;
        std::size_t messages = 0;
    };
    std::vector<Held> releasable() const;
    // Forgets the messages of a block; which UIDs it holds stays known. Whoever needs them touches it again.
    void release(std::size_t block) { blocks_.erase(block); }
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

    // Messages that are new or changed above `since`, by UID. From memory for those who are not far behind, else by one query.
    std::optional<std::vector<store::Placement>> remembered_above(ModSeq since) const;
    Task<Result<std::vector<store::Placement>>> changed_above(ModSeq since, Deadline deadline);
    // Messages below this UID have been told to somebody (mailstore/recent.h).
    void note_recent(Uid recent_uid) { row_.recent_uid = std::max(row_.recent_uid, recent_uid); }
    // Keeps rows that somebody read, so that find() knows them.
    void keep(const std::vector<store::Placement>& read);

    unsigned fields_searched = 0;  // bits of SearchField: header fields that were searched in many messages (kept_fields.h)

    Event changed;  // notified whenever heard() brought news or a write was applied

  private:
    using Messages = std::vector<store::Placement>;  // of one block, by UID; all of them
    struct Block {
        Messages messages;
        Deadline touched = std::chrono::steady_clock::now();
        BlockKeys keys{};
        std::size_t weight() const { return messages.size() + octets_of(keys) / 64; }
    };
    Task<Result<void>> number(Deadline deadline);
    Task<Result<void>> fetch_changes(Deadline deadline);
    Task<Result<bool>> reveal(const store::Changes& changes, Deadline deadline);
    Task<Result<bool>> fetch_blocks(std::size_t first, std::size_t last, Deadline deadline);
    Task<Result<void>> wait_turn(Deadline deadline);
    void take(store::Changes changes);
    void put(const store::Placement& one);
    void drop(const store::UidSet& gone);
    void remember(std::vector<store::Placement> news);
    void own_write(const store::Changed& changed);

    struct Turn {
        View* view;
        explicit Turn(View* v) : view(v) { view->busy_ = true; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() {
            view->busy_ = false;
            view->idle_.notify_all();
        }
    };

    store::MailboxRef ref_;
    pg::Pool* pool_;
    store::Mailbox row_;
    bool loaded_ = false;
    SharedUids uids_ = std::make_shared<UidMap>();
    std::map<std::size_t, Block> blocks_;                  // those that were touched
    std::map<std::uint32_t, store::Placement> loose_;      // changed lately, in blocks that were not
    std::deque<std::pair<ModSeq, std::uint32_t>> recent_;  // changes above recent_floor_, by MODSEQ; the same message may stand here twice
    ModSeq recent_floor_;
    ModSeq known_;   // every change of the account up to here that concerns this mailbox is in this view
    ModSeq wanted_;  // changes up to here have been committed
    bool distrusted_ = false;
    bool busy_ = false;                                                         // one reads at a time
    std::shared_ptr<std::size_t> commands_ = std::make_shared<std::size_t>(0);  // that run on it
    Event idle_;                                                                // a turn ended
};

}  // namespace sky::imapd
