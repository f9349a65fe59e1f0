#include "sky/mailstore/read.h"

#include <algorithm>

#include "rows.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement load_range{"mailstore.load_range", "select " SKY_PLACEMENT_COLUMNS
                                                           " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 "
                                                           "and p.uid between $3 and $4 order by p.uid limit $5"};
constexpr pg::Statement account_modseq{"mailstore.account_modseq",
                                       "select modseq from mail.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement mailbox_and_floor{"mailstore.mailbox_and_floor",
                                          "select " SKY_MAILBOX_COLUMNS
                                          ", a.log_floor from mail.mailbox b join mail.account a using (tenant_id, account_id) "
                                          "where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement log_above{"mailstore.log_above",
                                  "select kind, modseq, uids from mail.change_log where tenant_id = $1 and account_id = $2 and modseq > $3 "
                                  "and mailbox_id = $4 and kind <= 3"};
// "offset 0" keeps the planner on the ranges of the index; see store_flags.cc.
constexpr pg::Statement changed_in_ranges{
    "mailstore.changed_in_ranges",
    "select p.* from unnest($4::bigint[], $5::bigint[]) r (first, last) cross join lateral (select " SKY_PLACEMENT_COLUMNS
    " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid between r.first and r.last and p.modseq > $3 and p.uid "
    "< $6 "
    "offset 0) p order by p.uid"};
// Below the log's floor: by the placements' own MODSEQ, all of the mailbox.
constexpr pg::Statement changed_by_scan{
    "mailstore.changed_by_scan", "select " SKY_PLACEMENT_COLUMNS
                                 " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.modseq > $3 and p.uid < $4 "
                                 "order by p.uid"};
constexpr pg::Statement emails_of_thread{"mailstore.emails_of_thread",
                                         "select email_id from mail.email where tenant_id = $1 and account_id = $2 and thread_id = $3 "
                                         "order by received_at, email_id"};

// The mailbox as it is, and what the log says happened in it above `since`, up to that moment.
struct Above {
    Mailbox mailbox;
    bool reaches = true;
    UidSet touched;  // added or flags changed
    UidSet vanished;
};

UidSet merged(UidSet ranges) {
    std::ranges::sort(ranges, {}, &UidRange::first);
    UidSet out;
    for (const auto& range : ranges) {
        if (!out.empty() && range.first <= out.back().last + 1ULL)
            out.back().last = std::max(out.back().last, range.last);
        else
            out.push_back(range);
    }
    return out;
}

Task<Result<Above>> read_above(pg::Transaction& tx, MailboxRef mailbox, ModSeq since) {
    // The mailbox first: what commits between the two statements lies above its MODSEQ and comes next time.
    const auto head = tx.queue(mailbox_and_floor, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account));
    const auto log = tx.queue(log_above, pg::params(mailbox.tenant, mailbox.account, since, mailbox.mailbox));
    auto rows = co_await tx.take(head);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
    Above out;
    out.mailbox = mailbox_of((*rows)[0]);
    out.reaches = since.value >= (*rows)[0].get<std::int64_t>(14);
    rows = co_await tx.take(log);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {
        if (row.get<ModSeq>(1) > out.mailbox.modseq) continue;
        auto& into = row.get<std::int16_t>(0) == static_cast<std::int16_t>(Logged::expunged) ? out.vanished : out.touched;
        for (const auto& range : ranges_of(row.get<std::vector<std::int64_t>>(2))) into.push_back(range);
    }
    out.touched = merged(std::move(out.touched));
    out.vanished = merged(std::move(out.vanished));
    co_return out;
}

Result<std::vector<Placement>> placements(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    std::vector<Placement> out;
    out.reserve(rows->size());
    for (const auto row : *rows) out.push_back(placement_of(row));
    return out;
}

}  // namespace

Task<Result<std::vector<Placement>>> Reader::load(MailboxRef mailbox, UidRange range, std::size_t limit, Deadline deadline) {
    co_return placements(co_await pool_->query(mailbox.tenant, load_range,
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

Task<Result<Changes>> Reader::changes(MailboxRef mailbox, ModSeq since, Deadline deadline) {
    auto tx = co_await pool_->begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    auto above = co_await read_above(*tx, mailbox, since);
    if (!above) co_return forward(above);
    Changes out;
    out.complete = above->reaches;
    const auto uid_next = static_cast<std::int64_t>(above->mailbox.uid_next.value);
    Result<std::vector<Placement>> changed;
    if (!above->reaches) {
        changed = placements(co_await tx->query(changed_by_scan, pg::params(mailbox.tenant, mailbox.mailbox, since, uid_next)));
    } else {
        out.vanished = std::move(above->vanished);
        if (!above->touched.empty()) {
            const auto in = bounds(above->touched);
            changed = placements(
                co_await tx->query(changed_in_ranges, pg::params(mailbox.tenant, mailbox.mailbox, since, in.first, in.last, uid_next)));
        }
    }
    if (!changed) co_return forward(changed);
    out.placements = std::move(*changed);
    out.mailbox = std::move(above->mailbox);
    co_return out;
}

Task<Result<std::optional<UidSet>>> Reader::vanished(MailboxRef mailbox, ModSeq since, Deadline deadline) {
    auto tx = co_await pool_->begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    auto above = co_await read_above(*tx, mailbox, since);
    if (!above) co_return forward(above);
    if (!above->reaches) co_return std::optional<UidSet>();
    co_return std::optional<UidSet>(std::move(above->vanished));
}

Task<Result<std::vector<EmailId>>> Reader::thread(AccountRef account, ThreadId thread, Deadline deadline) {
    auto rows = co_await pool_->query(account.tenant, emails_of_thread, pg::params(account.tenant, account.account, thread), deadline);
    if (!rows) co_return forward(rows);
    std::vector<EmailId> out;
    for (const auto row : *rows) out.push_back(row.get<EmailId>(0));
    co_return out;
}

}  // namespace sky::mailstore
