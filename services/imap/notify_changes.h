#pragma once
// What has changed between two looks at an account's mailboxes, in the words of NOTIFY (RFC 5465 §5).
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "imap/store/account_watch.h"
#include "sky/async/task.h"
#include "sky/base/result.h"
#include "sky/imap-proto/notify.h"
#include "sky/imap-proto/status.h"
#include "sky/mailstore/rights.h"

namespace sky::imapd {

class Session;

// The mailboxes of one account as a client was told of them: the user's own, or those of somebody else that he may look up.
struct WatchedState {
    std::string prefix;                         // of the names; empty: his own
    SharedAccountState state;                   // null: nothing was to be seen
    std::map<MailboxId, store::Rights> rights;  // of others' mailboxes, those that he may look up

    bool is_own() const { return prefix.empty(); }
    std::string name(const store::Mailbox& mailbox) const { return prefix + mailbox.name; }
    const store::Mailbox* find(MailboxId mailbox) const;         // null: not there, or not to be seen
    const store::Mailbox* named(const std::string& name) const;  // by the name that the client knows
    bool may_read(MailboxId mailbox) const;
    bool has_children(const std::string& name) const;

    template <class Told>
    void each(Told told) const {
        if (!state) return;
        for (const auto& [id, mailbox] : state->mailboxes)
            if (is_own() || rights.contains(id)) told(mailbox);
    }
};

class NotifyChanges {
  public:
    // Writes to the session's output. `own` is the user's account as of now: it says what he is subscribed to.
    NotifyChanges(Session& session, const imap::NotifyRequest& request, const AccountState& own)
        : session_(&session), request_(&request), own_(&own) {}

    // What is there to begin with: the state of mailboxes that are not selected, and which of them may not be read (RFC 5465 §3.1).
    void begin(const WatchedState& now);
    void compare(const WatchedState& before, const WatchedState& now);
    // Names that have no mailbox among the user's own.
    void subscriptions(const AccountState& own_before, const std::vector<const WatchedState*>& now);
    // The state of mailboxes of which the user's own \Seen is still to be asked: tell_states().
    struct MailboxState {
        store::Mailbox mailbox;
        std::vector<imap::StatusItem> items;
    };
    std::vector<MailboxState> take_postponed() { return std::exchange(postponed_, {}); }
    std::size_t lines() const { return lines_; }

  private:
    struct Named {
        std::string name;
        bool is_own = true;
        bool subscribed = false;
    };
    Named named(const WatchedState& in, const store::Mailbox& mailbox) const;
    bool wants(const Named& mailbox, unsigned events) const;
    std::string attributes(const WatchedState& in, const store::Mailbox& mailbox) const;
    void changed(const WatchedState& before, const store::Mailbox& was, const WatchedState& now, const store::Mailbox& is);
    bool moved_with_parent(const WatchedState& before, const std::string& was, const WatchedState& now, const std::string& is) const;
    void metadata(const WatchedState& before, const WatchedState& now);
    void list(std::string_view attributes, const std::string& name, std::string_view old_name = {});
    void status(const WatchedState& in, const store::Mailbox& mailbox);
    bool is_selected(MailboxId mailbox) const;

    Session* session_;
    const imap::NotifyRequest* request_;
    const AccountState* own_;
    std::size_t lines_ = 0;
    std::vector<MailboxState> postponed_;
};

// Asks once for all of them. On a failure nothing was told.
Task<Result<void>> tell_states(Session& session, std::vector<NotifyChanges::MailboxState> states);

}  // namespace sky::imapd
