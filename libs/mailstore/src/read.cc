#include "sky/mailstore/read.h"

#include "readers.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement load_range{"mailstore.load_range", "select " SKY_PLACEMENT_COLUMNS
                                                           " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 "
                                                           "and p.uid between $3 and $4 order by p.uid limit $5"};
constexpr pg::Statement readers_range{
    "mailstore.readers_range", "with " SKY_READER("$6") " select " SKY_READERS_PLACEMENT_COLUMNS
                                                        " from mail.placement p cross join r where p.tenant_id = $1 and p.mailbox_id = $2 "
                                                        "and p.uid between $3 and $4 order by p.uid limit $5"};
constexpr pg::Statement account_modseq{"mailstore.account_modseq",
                                       "select modseq from mail.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement octets_deleted{
    "mailstore.deleted_octets",
    "select b.mailbox_id, sum(p.size)::bigint from mail.mailbox b cross join unnest(b.marked) m cross join lateral "
    "(select p.size from mail.placement p where p.tenant_id = $1 and p.mailbox_id = b.mailbox_id and p.uid between m::bigint * 256 + 1 "
    "and m::bigint * 256 + 256 and p.system & 4 <> 0 offset 0) p where b.tenant_id = $1 and b.mailbox_id = any ($2) "
    "group by b.mailbox_id"};
constexpr pg::Statement emails_of_thread{
    "mailstore.emails_of_thread",
    "select e.email_id from mail.email e where e.tenant_id = $1 and e.account_id = $2 and e.thread_id = $3 "
    "and exists (select from mail.placement p where p.tenant_id = $1 and p.email_id = e.email_id) "
    "order by e.received_at, e.email_id"};

}  // namespace

Task<Result<std::vector<Placement>>> Reader::load(MailboxRef mailbox, UidRange range, std::size_t limit, Deadline deadline) {
    auto params = pg::params(mailbox.tenant, mailbox.mailbox, static_cast<std::int64_t>(range.first), static_cast<std::int64_t>(range.last),
                             static_cast<std::int64_t>(limit));
    if (mailbox.has_reader()) params.add(mailbox.reader);
    co_return placements_of(co_await pool_->query(mailbox.tenant, mailbox.has_reader() ? readers_range : load_range, params, deadline));
}

Task<Result<ModSeq>> Reader::modseq(AccountRef account, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, account_modseq, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    co_return (*rows)[0].get<ModSeq>(0);
}

Task<Result<std::map<MailboxId, std::int64_t>>> Reader::deleted_octets(TenantId tenant, std::vector<MailboxId> mailboxes,
                                                                       Deadline deadline) {
    std::map<MailboxId, std::int64_t> out;
    if (mailboxes.empty()) co_return out;
    auto rows = co_await pool_->query(tenant, octets_deleted, pg::params(tenant, mailboxes), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.emplace(row.get<MailboxId>(0), row.get<std::int64_t>(1));
    co_return out;
}

Task<Result<std::vector<EmailId>>> Reader::thread(AccountRef account, ThreadId thread, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, emails_of_thread, pg::params(account.tenant, account.account, thread), deadline);
    if (!rows) co_return forward(rows);
    std::vector<EmailId> out;
    for (const auto row : *rows) out.push_back(row.get<EmailId>(0));
    co_return out;
}

}  // namespace sky::mailstore
