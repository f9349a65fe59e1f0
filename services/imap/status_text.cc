#include "imap/status_text.h"

#include <algorithm>

#include "imap/rights.h"
#include "sky/imap-proto/write.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/recent.h"
#include "sky/mailstore/seen.h"

namespace sky::imapd {
namespace {

std::uint64_t number(const mailstore::Mailbox& mailbox, imap::StatusItem item, const Policy& policy, const StatusCounts& counts) {
    using enum imap::StatusItem;
    const auto counted = [&](const std::map<MailboxId, std::int64_t>& by_mailbox) {
        const auto found = by_mailbox.find(mailbox.id);
        return found == by_mailbox.end() ? 0 : static_cast<std::uint64_t>(found->second);
    };
    switch (item) {
        case messages:
            return static_cast<std::uint64_t>(mailbox.messages);
        case recent:
            return counted(counts.recent);
        case uid_next:
            return mailbox.uid_next.value;
        case uid_validity:
            return mailbox.uid_validity.value;
        case unseen:
            if (!counts.unseen.contains(mailbox.id)) return static_cast<std::uint64_t>(mailbox.unseen);
            return std::min(counted(counts.unseen), static_cast<std::uint64_t>(mailbox.messages));  // which may have been counted before
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
        case deleted_storage:
            return counted(counts.deleted_octets);
    }
    return 0;
}

}  // namespace

Task<Result<StatusCounts>> read_status_counts(Session& session, std::vector<const mailstore::Mailbox*> mailboxes,
                                              std::vector<imap::StatusItem> items) {
    const auto asks_for = [&](imap::StatusItem item) { return std::ranges::find(items, item) != items.end(); };
    std::vector<MailboxId> untold, for_reader, marked;
    for (const mailstore::Mailbox* one : mailboxes) {
        // IMAP4rev2 knows no \Recent (RFC 9051 Appendix E): nothing is recent to who enabled it.
        if (asks_for(imap::StatusItem::recent) && !session.rev2 && one->recent_uid < one->uid_next) untold.push_back(one->id);
        if (asks_for(imap::StatusItem::unseen) && ref_of(session, one->account, one->id).has_reader()) for_reader.push_back(one->id);
        if (asks_for(imap::StatusItem::deleted_storage) && one->deleted > 0) marked.push_back(one->id);
    }
    pg::Pool& pool = session.house().pool;
    const TenantId tenant = session.account().tenant;
    auto recent = co_await mailstore::count_recent(pool, tenant, std::move(untold), session.limit());
    if (!recent) co_return forward(recent);
    auto unseen = co_await mailstore::count_unseen(pool, tenant, session.account().account, std::move(for_reader), session.limit());
    if (!unseen) co_return forward(unseen);
    auto octets = co_await mailstore::Reader(pool).deleted_octets(tenant, std::move(marked), session.limit());
    if (!octets) co_return forward(octets);
    co_return StatusCounts{*std::move(recent), *std::move(unseen), *std::move(octets)};
}

void append_status(Session& session, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items,
                   const StatusCounts& counts) {
    std::string& out = session.out();
    out += "* STATUS ";
    imap::append_mailbox(out, mailbox.name, session.names());
    out += " (";
    bool first = true;
    for (const imap::StatusItem item : items) {
        if (!std::exchange(first, false)) out += ' ';
        (out += imap::name(item)) += ' ';
        if (item == imap::StatusItem::mailbox_id) out += "(M";
        imap::append_number(out, number(mailbox, item, session.house().policy, counts));
        if (item == imap::StatusItem::mailbox_id) out += ')';
    }
    out += ")\r\n";
}

}  // namespace sky::imapd
