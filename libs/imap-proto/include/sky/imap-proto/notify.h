#pragma once
// What NOTIFY asks for (RFC 5465 §8).
#include <optional>
#include <string>
#include <vector>

#include "sky/imap-proto/fetch.h"

namespace sky::imap {

// Events as bits.
enum NotifyEvent : unsigned {
    message_new = 1,
    message_expunge = 2,
    flag_change = 4,
    mailbox_name = 8,
    subscription_change = 16,
    mailbox_metadata = 32,
    server_metadata = 64,
};

struct NotifyGroup {
    enum class Filter { selected, selected_delayed, inboxes, personal, subscribed, subtree, mailboxes };
    Filter filter = Filter::selected;
    std::vector<std::string> names;  // of subtree and mailboxes
    unsigned events = 0;             // 0: NONE
    std::vector<FetchItem> items;    // MessageNew's, of the selected mailbox
};

struct NotifyRequest {
    bool status = false;              // tell the state of the mailboxes first
    std::vector<NotifyGroup> groups;  // empty: NONE
    // Events that are not offered here (AnnotationChange, others to come): NO [BADEVENT].
    std::vector<std::string> unknown_events;

    // SELECTED or SELECTED-DELAYED; null when neither is asked for.
    const NotifyGroup* selected() const;
};

inline constexpr std::size_t max_notify_groups = 100;
inline constexpr std::size_t max_notify_names = 1000;  // in all groups

// Everything behind the verb. Fault::syntax also where events are given that must not stand alone (§5), twice SELECTED, or FETCH
// items for mailboxes that are not selected.
Result<NotifyRequest> parse_notify(Arguments& arguments);

// "(MessageNew …)", for BADEVENT.
std::string known_events();

}  // namespace sky::imap
