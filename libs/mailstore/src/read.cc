#include "sky/mailstore/read.h"

#include "rows.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement load_range{"mailstore.load_range", "select " SKY_PLACEMENT_COLUMNS
                                                           " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 "
                                                           "and p.uid between $3 and $4 order by p.uid limit $5"};
constexpr pg::Statement account_modseq{"mailstore.account_modseq",
                                       "select modseq from mail.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement emails_of_thread{"mailstore.emails_of_thread",
                                         "select email_id from mail.email where tenant_id = $1 and account_id = $2 and thread_id = $3 "
                                         "order by received_at, email_id"};

}  // namespace

Task<Result<std::vector<Placement>>> Reader::load(MailboxRef mailbox, UidRange range, std::size_t limit, Deadline deadline) {
    co_return placements_of(co_await pool_->query(mailbox.tenant, load_range,
                                                  pg::params(mailbox.tenant, mailbox.mailbox, static_cast<std::int64_t>(range.first),
                                                             static_cast<std::int64_t>(range.last), static_cast<std::int64_t>(limit)),
                                                  deadline));
}

Task<Result<ModSeq>> Reader::modseq(AccountRef account, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, account_modseq, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    co_return (*rows)[0].get<ModSeq>(0);
}

Task<Result<std::vector<EmailId>>> Reader::thread(AccountRef account, ThreadId thread, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, emails_of_thread, pg::params(account.tenant, account.account, thread), deadline);
    if (!rows) co_return forward(rows);
    std::vector<EmailId> out;
    for (const auto row : *rows) out.push_back(row.get<EmailId>(0));
    co_return out;
}

}  // namespace sky::mailstore
