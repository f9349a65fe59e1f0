#include "copied_rows.h"

#include "pool.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement add_copies{
    "mailstore.add_copies",
    "insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system) "
    "select $1, $2, u.uid, u.email, $3, u.keywords, u.at, u.size, u.system from "
    "unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::integer[], $9::smallint[]) u (uid, email, keywords, at, size, "
    "system)"};
// $4 … $8: changes of messages, unseen, deleted, octets; UIDs used. $9: blocks of UIDs that hold new ones marked \Deleted.
constexpr pg::Statement count_mailbox{
    "mailstore.count_mailbox",
    "update mail.mailbox set modseq = $3, messages = messages + $4, unseen = unseen + $5, deleted = deleted + $6, "
    "octets = octets + $7, uid_next = uid_next + $8, marked = case when $6 = 0 then marked else mail.marked_with(marked, $9, deleted + $6) "
    "end where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement count_account{"mailstore.count_account",
                                      "update mail.account set used_octets = used_octets + $3, used_messages = used_messages + $4 "
                                      "where tenant_id = $1 and account_id = $2"};

void queue_counts(pg::Transaction& tx, MailboxRef mailbox, ModSeq modseq, const Counts& more, std::int64_t uids_used,
                  const std::vector<std::int32_t>& marks) {
    tx.queue(count_mailbox,
             pg::params(mailbox.tenant, mailbox.mailbox, modseq, more.messages, more.unseen, more.deleted, more.octets, uids_used, marks));
}

}  // namespace

void Counts::add(const Placement& one) {
    messages += 1;
    unseen += (one.flags.system & seen) == 0 ? 1 : 0;
    deleted += (one.flags.system & mailstore::deleted) != 0 ? 1 : 0;
    octets += one.size;
}

void CopiedRows::add(const Placement& one, std::int64_t email, std::int64_t keywords) {
    uids_.push_back(uid_next_ + counts_.messages);
    emails_.push_back(email);
    keywords_.push_back(keywords);
    dates_.push_back(one.internal_date);
    sizes_.push_back(static_cast<std::int32_t>(one.size));
    system_.push_back(one.flags.system);
    if ((one.flags.system & deleted) != 0) marks_.push_back(mark_block(uids_.back()));
    counts_.add(one);
}

void CopiedRows::queue(pg::Transaction& tx, MailboxRef to, ModSeq modseq) const {
    tx.queue(add_copies, pg::params(to.tenant, to.mailbox, modseq, uids_, emails_, keywords_, dates_, sizes_, system_));
    queue_counts(tx, to, modseq, counts_, counts_.messages, marks_);
    queue_log(tx, to.owner(), modseq, {0, to.mailbox, Logged::added, uid_set(narrow(uids_)), {}});
}

void queue_left(pg::Transaction& tx, MailboxRef from, ModSeq modseq, const Counts& gone) { queue_counts(tx, from, modseq, -gone, 0, {}); }

void queue_used(pg::Transaction& tx, AccountRef account, const Counts& more) {
    tx.queue(count_account, pg::params(account.tenant, account.account, more.octets, more.messages));
}

Task<Result<void>> make_room(pg::Transaction& tx, AccountRef account, const LockedAccount& lock, std::int64_t octets) {
    const std::int64_t wanted = lock.used + octets;
    auto quota = lock.quota;
    if (lock.pooled && wanted > quota.value_or(0)) {
        auto shares = co_await draw(tx, account.tenant, {{account.account, wanted}});
        if (!shares) co_return forward(shares);
        const Share& share = (*shares)[account.account];
        if (share.busy && share.quota < wanted) co_return std::unexpected(pool_is_busy());
        quota = share.quota;
    }
    if (quota && wanted > *quota) co_return unexpected(Fault::over_quota, "The mailbox is full");
    co_return Result<void>{};
}

}  // namespace sky::mailstore
