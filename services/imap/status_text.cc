#include "imap/status_text.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

std::uint64_t number(const mailstore::Mailbox& mailbox, imap::StatusItem item) {
    using enum imap::StatusItem;
    switch (item) {
        case messages:
            return static_cast<std::uint64_t>(mailbox.messages);
        case recent:
            return 0;
        case uid_next:
            return mailbox.uid_next.value;
        case uid_validity:
            return mailbox.uid_validity.value;
        case unseen:
            return static_cast<std::uint64_t>(mailbox.unseen);
        case deleted:
            return static_cast<std::uint64_t>(mailbox.deleted);
        case size:
            return static_cast<std::uint64_t>(mailbox.octets);
        case highest_mod_seq:
            return static_cast<std::uint64_t>(std::max<std::int64_t>(mailbox.modseq.value, 1));
        case mailbox_id:
            return static_cast<std::uint64_t>(mailbox.id.value);
    }
    return 0;
}

}  // namespace

void append_status(std::string& out, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items) {
    out += "* STATUS ";
    imap::append_mailbox(out, mailbox.name, imap::NameForm::mutf7);
    out += " (";
    bool first = true;
    for (const imap::StatusItem item : items) {
        if (!std::exchange(first, false)) out += ' ';
        (out += imap::name(item)) += ' ';
        if (item == imap::StatusItem::mailbox_id) out += "(M";
        imap::append_number(out, number(mailbox, item));
        if (item == imap::StatusItem::mailbox_id) out += ')';
    }
    out += ")\r\n";
}

}  // namespace sky::imapd
