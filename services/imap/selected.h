#pragma once
// The mailbox a session has selected: a view shared with others, and what this client has been told of it. Message numbers are the
// client's own: one that was expunged keeps its number until the client has been told (RFC 9051 §7.5.1).
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "imap/store/views.h"
#include "sky/imap-proto/uid_set.h"

namespace sky::imapd {

enum class Numbers { sequence, uid };
enum class Expunges { told, held_back };
enum class Access { read_write, read_only };

struct Target {
    std::uint32_t number;  // message number, from 1
    std::uint32_t uid;
};

store::UidSet uids_of(const std::vector<Target>& targets);

class Selected {
  public:
    Selected(std::shared_ptr<View> view, Access access, Event& wake);

    View& view() { return *view_; }
    bool read_only() const { return access_ == Access::read_only; }
    const store::MailboxRef& ref() const { return view_->ref(); }

    // The messages meant by a client's set, in order. Fault::syntax for a message number that does not exist.
    Task<Result<std::vector<Target>>> resolve(imap::SequenceSet set, Numbers numbers, Deadline deadline);
    // All messages, as the client counts them.
    Task<Result<std::vector<Target>>> all(Deadline deadline);
    std::uint32_t number_of(std::uint32_t uid) const;  // 0: the client does not know this message
    std::uint32_t largest_uid() const { return uids_ && !uids_->empty() ? uids_->back() : 0; }
    std::uint64_t exists() const { return exists_told_; }  // as the client has been told
    std::uint32_t count() const { return uids_ ? static_cast<std::uint32_t>(uids_->size()) : 0; }

    // Brings the view up to date and writes what the client does not know yet.
    Task<Result<void>> announce(std::string& out, Views& views, Expunges expunges, Numbers form, Deadline deadline);
    // The client has been told these flags by the command itself.
    void told(std::uint32_t uid, ModSeq modseq) { told_.emplace_back(uid, modseq); }
    void append_flags(std::string& out) const;            // * FLAGS (…)
    void append_permanent_flags(std::string& out) const;  // \Answered … \*

  private:
    Task<Result<void>> number(Deadline deadline);
    void announce_list(std::string& out, Expunges expunges);
    void announce_flags(std::string& out, const SharedUids& before, Numbers form);

    struct Bell final : EventWaiter {
        Bell(Event& view, Event& session) : EventWaiter(view), wake(&session) {}
        void notified() override { wake->notify_all(); }
        Event* wake;
    };

    std::shared_ptr<View> view_;
    Access access_;
    Announced at_select_;
    SharedUids uids_;  // the client's numbering; null until it is needed
    std::uint64_t exists_told_;
    ModSeq flags_told_;  // flag changes up to here have been told
    std::size_t keywords_told_;
    std::vector<std::pair<std::uint32_t, ModSeq>> told_;
    Bell bell_;
};

}  // namespace sky::imapd
