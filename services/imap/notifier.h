#pragma once
// What a session asked to be notified of (RFC 5465), and what it has been told so far of mailboxes that are not selected.
#include <memory>
#include <string>

#include "imap/store/account_watch.h"
#include "imap/telling.h"
#include "sky/imap-proto/notify.h"

namespace sky::imapd {

class Session;

class Notifier {
  public:
    Notifier(std::shared_ptr<AccountWatch> watch, imap::NotifyRequest request, Event& wake);

    // SELECTED's group; null: none was asked for.
    const imap::NotifyGroup* selected() const { return request_.selected(); }
    // From now on; with STATUS the state of the mailboxes is written first.
    Task<Result<void>> begin(Session& session);
    // Writes what has changed since. False: it is too much, the client was told so, and this notifier has come to its end (§5.8).
    Task<Result<bool>> tell(Session& session);

  private:
    bool wants(const store::Mailbox& mailbox, unsigned events) const;
    void compare(Session& session, const AccountState& before, const AccountState& now);
    void mailbox_changed(Session& session, const store::Mailbox& before, const store::Mailbox& now);
    void metadata_changed(Session& session, const AccountState& before, const AccountState& now);
    void list(Session& session, std::string_view attributes, std::string_view name, std::string_view old_name = {});
    void status(Session& session, const store::Mailbox& mailbox);

    struct Bell final : EventWaiter {
        Bell(Event& watch, Event& session) : EventWaiter(watch), wake(&session) {}
        void notified() override { wake->notify_all(); }
        Event* wake;
    };

    std::shared_ptr<AccountWatch> watch_;
    imap::NotifyRequest request_;
    SharedAccountState told_;
    std::size_t lines_ = 0;  // of one tell()
    Bell bell_;
};

// Brings a client up to date on the selected mailbox, with what its NOTIFY wants to know of new messages.
Task<Result<void>> tell_selected(Session& session, Expunges expunges, Telling telling);

// What is new, for a client that waits: in IDLE, or between commands where NOTIFY asks for it.
enum class Waiting { in_idle, between_commands };
Task<Result<void>> tell_news(Session& session, Waiting waiting);

}  // namespace sky::imapd
