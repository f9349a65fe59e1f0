#pragma once
// Which names LIST and LSUB answer with, and with which attributes (RFC 9051 §6.3.9, RFC 5258, RFC 6154). Pure.
#include <string>
#include <string_view>
#include <vector>

#include "sky/imap-proto/status.h"
#include "sky/mailstore/mailboxes.h"

namespace sky::imapd {

struct ListRequest {
    std::string reference;
    std::vector<std::string> patterns;
    bool extended = false;
    bool only_subscribed = false;
    bool only_special = false;
    bool recursive = false;  // also parents of what is selected
    bool tell_subscribed = false;
    bool tell_children = false;
    bool tell_rights = false;
    std::vector<imap::StatusItem> status;
    std::vector<std::string> metadata;  // entries to tell (RFC 9590)
};

struct ListedName {
    std::string name;
    std::string attributes;
    bool subscribed = false;
    bool child_info = false;                      // a name below is subscribed: CHILDINFO
    bool selected = false;                        // false: listed for what is below it alone
    std::string old_name;                         // as a client knows it: OLDNAME (RFC 9051 §6.3.9.7)
    const mailstore::Mailbox* mailbox = nullptr;  // null: a subscribed name without a mailbox
};

// May this name, or one below it, be asked for?
bool asks_for(const ListRequest& request, std::string_view name);

std::vector<ListedName> list_names(const mailstore::Names& names, const ListRequest& request);

// * LIST (\HasChildren) "/" name
void append_listed(std::string& out, std::string_view response, const ListedName& one, imap::NameForm form);

}  // namespace sky::imapd
