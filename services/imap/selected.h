#pragma once
// The mailbox a session has selected: a view shared with others, and what this client has been told of it. Message numbers are the
// client's own: one that was expunged keeps its number until the client has been told (RFC 9051 §7.5.1).
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "imap/search_state.h"
#include "imap/store/views.h"
#include "imap/telling.h"
#include "sky/imap-proto/uid_set.h"
#include "sky/mailstore/rights.h"

namespace sky::imapd {

enum class Access { read_write, read_only };

struct Target {
    std::uint32_t number;  // message number, from 1
    std::uint32_t uid;
};

store::UidSet uids_of(std::span<const Target> targets);

class Selected {
  public:
    // `row`: the mailbox as the client is told of it, as old as the view or newer.
    Selected(std::shared_ptr<View> view, const store::Mailbox& row, Access access, Event& wake);

    View& view() { return *view_; }
    bool read_only() const { return access_ == Access::read_only; }
    // What the user may do here: all with what is his own. rights.h keeps it up to date before each command and each announcement.
    store::Rights rights() const { return rights_; }
    void set_rights(store::Rights rights) { rights_ = rights; }
    bool is_own() const { return whose_ == Whose::own; }
    const std::string& name() const { return name_; }  // as the client calls it
    enum class Whose { own, others };
    void reached_as(std::string name, store::Rights rights, Whose whose) {
        name_ = std::move(name);
        rights_ = rights;
        whose_ = whose;
    }
    const store::MailboxRef& ref() const { return view_->ref(); }

    // What is made ready of the messages that are resolved: their numbers alone, or View::find() as well.
    enum class Ready { numbers, messages };
    // The messages meant by a client's set, in order. Fault::syntax for a message number that does not exist.
    Task<Result<std::vector<Target>>> resolve(imap::SequenceSet set, Numbers numbers, Deadline deadline, Ready ready = Ready::messages);
    // What a client's set means: message numbers, or UIDs whether there or not.
    Task<Result<imap::NumberSet>> meant(imap::SequenceSet set, Numbers numbers, Deadline deadline);
    // All messages, as the client counts them.
    Task<Result<std::vector<Target>>> all(Deadline deadline, Ready ready = Ready::messages);
    // Those of these UIDs (ascending) that the client knows.
    Task<Result<std::vector<Target>>> numbered(std::span<const store::Placement> messages, Deadline deadline);
    // The UIDs of these message numbers (ascending, each at most count()).
    Task<Result<std::vector<std::uint32_t>>> uids_at(std::vector<std::uint32_t> numbers, Deadline deadline);
    // Makes View::find() find these, as far as they are there.
    Task<Result<void>> touch(std::span<const Target> targets, Deadline deadline);
    // Numbers the mailbox, so that the functions below know the client's count.
    Task<Result<void>> number(Deadline deadline);
    std::uint64_t exists() const { return exists_told_; }  // as the client has been told
    std::uint32_t count() const { return uids_ ? uids_->size() : 0; }
    std::uint32_t largest_uid() const;                // 0: none; known once messages were resolved
    const SharedUids& uids() const { return uids_; }  // the client's numbering; null until it is needed

    // What searches left behind: the result that "$" means, and those whose changes are told.
    SearchState& searches() { return searches_; }

    // Where the client is that reads a part in chunks; usually null.
    std::shared_ptr<struct BinaryKept>& binary_kept() { return binary_kept_; }
    // What a client that asks for one body after the other will ask for next; usually null.
    std::shared_ptr<class BodiesAhead>& bodies_ahead() { return bodies_ahead_; }

    // Brings the view up to date and writes what the client does not know yet.
    Task<Result<void>> announce(std::string& out, Views& views, Expunges expunges, const Telling& telling, Deadline deadline);
    // The client has been told these flags by the command itself.
    void told(std::uint32_t uid, ModSeq modseq) { told_.emplace_back(uid, modseq); }
    // Everything up to this MODSEQ has been told: a client that comes back may start from here (RFC 7162 §3.2.7).
    ModSeq told_up_to() const { return flags_told_; }
    bool holds_back() const { return held_; }
    // \Recent (RFC 3501 §2.3.2): the messages with UIDs [first, bound), of which `messages` are there, nobody was told of before this
    // session.
    void note_recent(std::uint32_t first, std::uint32_t bound, std::uint64_t messages);
    bool is_recent(std::uint32_t uid) const { return recent_.contains(uid); }
    std::uint64_t recent() const { return recent_count_; }
    std::string flags_text(const store::Placement& message) const;  // "\Seen $Forwarded \Recent"
    // Messages announced as new since the last call (NOTIFY's MessageNew).
    void collect_fresh(bool collect) { collects_ = collect; }
    std::vector<Target> take_fresh() { return std::exchange(fresh_, {}); }
    void append_flags(std::string& out) const;  // * FLAGS (…)
    void tell_keywords(std::string& out);       // the same when there are new ones: before a message is told with them (RFC 3501 §7.2.6)
    void append_permanent_flags(std::string& out) const;  // \Answered … \*

  private:
    Task<Result<std::vector<Target>>> saved(Ready ready, Deadline deadline);  // what "$" means
    Task<Result<void>> know(std::vector<std::size_t> blocks, Ready ready, Deadline deadline);
    Task<Result<SharedUids>> as_selected(Deadline deadline);
    Task<Result<void>> settle_blocks(Deadline deadline);
    void announce_list(std::string& out, Expunges expunges, const Telling& telling);
    void announce_exists(std::string& out, const Telling& telling);
    Task<void> claim_recent(std::uint32_t from, Deadline deadline);  // messages with UIDs [from, uid_next_) have just been told
    std::uint64_t count_recent(std::uint32_t first) const;
    void announce_recent(std::string& out);
    Task<Result<void>> announce_flags(std::string& out, std::uint32_t uid_next, const Telling& telling, Deadline deadline);

    struct Bell final : EventWaiter {
        Bell(Event& view, Event& session) : EventWaiter(view), wake(&session) {}
        void notified() override { wake->notify_all(); }
        Event* wake;
    };

    std::shared_ptr<View> view_;
    std::shared_ptr<struct BinaryKept> binary_kept_;
    std::shared_ptr<class BodiesAhead> bodies_ahead_;
    Access access_;
    store::Rights rights_ = store::Rights::all();
    Whose whose_ = Whose::own;
    std::string name_;
    Announced at_select_;
    SharedUids uids_;
    std::uint32_t uid_next_;  // messages below it were announced
    std::uint64_t exists_told_;
    ModSeq flags_told_;          // changes up to here have been told
    std::size_t keywords_told_;  // a digest of their names
    bool held_ = false;          // an expunge is known and not told
    imap::NumberSet recent_;
    std::uint64_t recent_count_ = 0;
    std::uint64_t recent_told_ = 0;
    std::vector<std::pair<std::uint32_t, ModSeq>> told_;
    bool collects_ = false;
    std::vector<Target> fresh_;
    SearchState searches_;
    Bell bell_;
};

}  // namespace sky::imapd
