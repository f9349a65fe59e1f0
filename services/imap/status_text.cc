#include "imap/status_text.h"

#include <algorithm>

#include "sky/imap-proto/write.h"
#include "sky/mailstore/recent.h"

namespace sky::imapd {
namespace {

std::uint64_t number(const mailstore::Mailbox& mailbox, imap::StatusItem item, const Policy& policy, const DeletedOctets& octets_deleted) {
    using enum imap::StatusItem;
    switch (item) {
        case messages:
            return static_cast<std::uint64_t>(mailbox.messages);
        case recent:
            return static_cast<std::uint64_t>(mailbox.recent);
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
        case append_limit:
            return policy.message_size;  // the same for all mailboxes (RFC 7889 §3.1)
        case deleted_storage: {
            const auto found = octets_deleted.find(mailbox.id);
            return found == octets_deleted.end() ? 0 : static_cast<std::uint64_t>(found->second);
        }
    }
    return 0;
}

}  // namespace

Task<Result<DeletedOctets>> read_deleted_octets(pg::Pool& pool, TenantId tenant, std::vector<const mailstore::Mailbox*> mailboxes,
                                                const std::vector<imap::StatusItem>& items, Deadline deadline) {
    if (std::ranges::find(items, imap::StatusItem::deleted_storage) == items.end()) co_return DeletedOctets();
    std::vector<MailboxId> with_some;
    for (const mailstore::Mailbox* one : mailboxes)
        if (one->deleted > 0) with_some.push_back(one->id);
    co_return co_await mailstore::Reader(pool).deleted_octets(tenant, std::move(with_some), deadline);
}

// What RECENT needs, if it is asked for: the mailbox's row doesn't say it.
Task<Result<void>> tell_status(Session& session, mailstore::Mailbox mailbox, std::vector<imap::StatusItem> items, DeletedOctets deleted) {
    if (mailbox.recent_uid < mailbox.uid_next && std::ranges::find(items, imap::StatusItem::recent) != items.end()) {
        const mailstore::MailboxRef ref{session.account().tenant, mailbox.account, mailbox.id};
        const auto counted = co_await mailstore::count_recent(session.house().pool, ref, session.limit());
        if (!counted) co_return forward(counted);
        mailbox.recent = *counted;
    }
    append_status(session, mailbox, items, deleted);
    co_return Result<void>{};
}

void append_status(Session& session, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items,
                   const DeletedOctets& deleted) {
    std::string& out = session.out();
    out += "* STATUS ";
    imap::append_mailbox(out, mailbox.name, session.names());
    out += " (";
    bool first = true;
    for (const imap::StatusItem item : items) {
        if (!std::exchange(first, false)) out += ' ';
        (out += imap::name(item)) += ' ';
        if (item == imap::StatusItem::mailbox_id) out += "(M";
        imap::append_number(out, number(mailbox, item, session.house().policy, deleted));
        if (item == imap::StatusItem::mailbox_id) out += ')';
    }
    out += ")\r\n";
}

}  // namespace sky::imapd
