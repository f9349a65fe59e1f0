#pragma once
// What a session asked to be notified of (RFC 5465), and what it has been told so far of mailboxes that are not selected.
#include <map>
#include <memory>

#include "imap/notify_changes.h"
#include "imap/selected.h"
#include "imap/store/account_watch.h"
#include "sky/async/event.h"
#include "sky/async/task.h"
#include "sky/imap-proto/notify.h"

namespace sky::imapd {

class Session;

class Notifier {
  public:
    Notifier(std::shared_ptr<AccountWatch> watch, imap::NotifyRequest request, Event& wake);

    // SELECTED's group; null: none was asked for.
    const imap::NotifyGroup* selected() const { return request_.selected(); }
    // Mailboxes of others may be meant. Who lets the user in is heard of by looking now and then, not by a word.
    bool names_others() const { return names_others_; }
    // From now on; with STATUS the state of the mailboxes is written first.
    Task<Result<void>> begin(Session& session);
    // The client did this itself. It is not told of it (§5), unless others changed something as well before it was told.
    void made(store::Changed changed) { own_changes_[changed.account] = changed.modseq; }
    // Writes what has changed since. False: it is too much, the client was told so, and this notifier has come to its end (§5.8).
    Task<Result<bool>> tell(Session& session);

  private:
    struct Bell final : EventWaiter {
        Bell(Event& watch, Event& session) : EventWaiter(watch), wake(&session) {}
        void notified() override { wake->notify_all(); }
        Event* wake;
    };
    struct Watched {
        Watched(std::shared_ptr<AccountWatch> of, Event& wake) : watch(std::move(of)), bell(watch->changed, wake) {}
        std::shared_ptr<AccountWatch> watch;
        Bell bell;
        WatchedState told;
    };
    using OthersStates = std::map<AccountId, WatchedState>;
    Task<Result<OthersStates>> look_at_others(Session& session);
    bool is_own_change(AccountId account, const SharedAccountState& before, const SharedAccountState& now) const;

    imap::NotifyRequest request_;
    bool names_others_;
    Event* wake_;
    Watched own_;
    std::map<AccountId, Watched> others_;
    std::map<AccountId, ModSeq> own_changes_;  // the latest of each account
    std::vector<NotifyChanges::MailboxState> postponed_;
};

// What NOTIFY leaves to be told of the selected mailbox (RFC 5465 §3.1): without one, everything.
struct SelectedNews {
    bool any = true;
    bool flags = true;
    bool names_uid = false;  // FETCH responses name the UID (§5.1)
};
SelectedNews selected_news(Session& session);

// Brings a client up to date on the selected mailbox, with what its NOTIFY wants to know of new messages.
Task<Result<void>> tell_selected(Session& session, Expunges expunges, Telling telling);

// What is new, for a client that waits: in IDLE, or between commands where NOTIFY asks for it.
enum class Waiting { in_idle, between_commands };
Task<Result<void>> tell_news(Session& session, Waiting waiting);

}  // namespace sky::imapd
