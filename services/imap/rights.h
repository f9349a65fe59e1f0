#pragma once
// The one place that says where a mailbox name leads and what the user may do there (RFC 4314 §4). Each command needs what that section
// says and no more. Whoever lacks it hears so where he may look the mailbox up; otherwise the answer is that of a mailbox that is not
// there (RFC 4314 §6).
#include <optional>
#include <string>
#include <vector>

#include "imap/list_names.h"
#include "imap/session.h"

namespace sky::imapd {

// A mailbox, as the user reaches it.
struct Found {
    store::Mailbox mailbox;  // under the name that the client uses
    store::MailboxRef ref;
    std::string name;                                               // within its account
    std::string address;                                            // of the account
    enum class Owner { somebody, nobody } owner = Owner::somebody;  // of shared mailboxes and public folders nobody is
    store::Rights rights;
    bool is_own = true;
};

// Fault::forbidden: he may not do that. Fault::not_found: the same where he may not even look it up, or there is none. Nothing needed: any
// right to reach it (store::rights_to_reach).
Task<Result<Found>> find_mailbox(Session& session, std::string name, store::Rights needed);

// How the user reaches a mailbox of that account, his own or one that he met (Neighbours::reads_as).
store::MailboxRef ref_of(Session& session, AccountId account, MailboxId mailbox);

// Where a mailbox of that name would be made: the user may create below the nearest mailbox above that is there.
struct Room {
    store::AccountRef account;
    std::string name;    // within the account
    std::string prefix;  // before it, as the client calls it
};
Task<Result<Room>> find_room(Session& session, std::string name);

// All names that the user may look up, his own and others', and what he may do with those of others.
struct VisibleNames {
    store::Names names;
    std::map<MailboxId, store::Rights> elsewhere;
    store::Rights rights(const store::Mailbox& mailbox) const;
};
enum class Whose { own, everybodys };
Task<Result<VisibleNames>> visible_names(Session& session, Whose whose);
// Others are not asked about where no pattern could name theirs.
Whose whose(const ListRequest& request);

// Asks anew what the user may do with the selected mailbox, and tells the client where that has changed. On a failure it is nothing;
// Fault::not_found: he may no longer read it.
Task<Result<void>> renew_rights(Session& session);

// * MYRIGHTS name rights (RFC 4314 §3.8)
void append_my_rights(std::string& out, std::string_view name, store::Rights rights, imap::NameForm form);

// The flags that these rights let one change (RFC 4314 §4): \Seen by s, \Deleted by t, all others by w.
store::FlagScope flag_scope(store::Rights rights);
// Something about a selected mailbox can be changed (RFC 4314 §5.2).
bool can_write(store::Rights rights);

Error no_such_mailbox();
Error not_permitted();

}  // namespace sky::imapd
