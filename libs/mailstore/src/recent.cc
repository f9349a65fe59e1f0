#include "sky/mailstore/recent.h"

#include <algorithm>

#include "rows.h"

namespace sky::mailstore {
namespace {

// Who writes much at once holds the row for long; a flag that only IMAP4rev1 knows is not worth the wait.
constexpr pg::Statement wait_little{"mailstore.recent_wait", "select set_config('lock_timeout', '500', true)"};
// Statements of their own, so that what is read behind the lock has all that was committed before it: whoever adds or removes messages
// changes this row.
constexpr pg::Statement lock_row{"mailstore.recent_lock",
                                 "select from mail.mailbox where tenant_id = $1 and mailbox_id = $2 and account_id = $3 for no key update"};
constexpr pg::Statement read_row{
    "mailstore.recent_row",
    "select " SKY_MAILBOX_COLUMNS
    ", (select count(*) from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid >= coalesce(b.recent_uid, b.uid_next) "
    "and p.uid < $4) from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement claim{"mailstore.recent_claim",
                              "update mail.mailbox set recent_uid = greatest(coalesce(recent_uid, uid_next), least(uid_next, $4)) where "
                              "tenant_id = $1 and mailbox_id = $2 and account_id = $3"};
constexpr pg::Statement count{
    "mailstore.recent_count",
    "select b.mailbox_id, (select count(*) from mail.placement p where p.tenant_id = $1 and p.mailbox_id = b.mailbox_id "
    "and p.uid >= coalesce(b.recent_uid, b.uid_next)) from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = any ($2)"};

}  // namespace

Task<Result<Recent>> claim_recent(pg::Pool& pool, MailboxRef mailbox, std::uint32_t bound, Deadline deadline) {
    auto tx = co_await pool.begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto which = pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account);
    const auto bounded = pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account, static_cast<std::int64_t>(bound));
    tx->queue(wait_little, {});
    tx->queue(lock_row, which);
    const auto row = tx->queue(read_row, bounded);
    tx->queue(claim, bounded);
    const auto rows = co_await tx->take(row);
    if (!rows) co_return forward(rows);
    if (auto done = co_await tx->commit(); !done) co_return forward(done);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
    Recent out{mailbox_of((*rows)[0]), 1, (*rows)[0].get<std::int64_t>(mailbox_columns)};
    out.first = out.mailbox.recent_uid.value;
    out.mailbox.recent_uid = Uid(std::max(out.first, std::min(bound, out.mailbox.uid_next.value)));
    co_return out;
}

Task<Result<std::map<MailboxId, std::int64_t>>> count_recent(pg::Pool& pool, TenantId tenant, std::vector<MailboxId> mailboxes,
                                                             Deadline deadline) {
    std::map<MailboxId, std::int64_t> out;
    if (mailboxes.empty()) co_return out;
    const auto rows = co_await pool.query(tenant, count, pg::params(tenant, mailboxes), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.emplace(row.get<MailboxId>(0), row.get<std::int64_t>(1));
    co_return out;
}

Task<Result<std::int64_t>> count_recent(pg::Pool& pool, MailboxRef mailbox, Deadline deadline) {
    const auto counted = co_await count_recent(pool, mailbox.tenant, {mailbox.mailbox}, deadline);
    if (!counted) co_return forward(counted);
    const auto found = counted->find(mailbox.mailbox);
    co_return found == counted->end() ? 0 : found->second;
}

}  // namespace sky::mailstore
