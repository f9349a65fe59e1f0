#include <algorithm>

#include "readers.h"
#include "sky/mailstore/read.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement mailbox_and_floor{"mailstore.mailbox_and_floor",
                                          "select " SKY_MAILBOX_COLUMNS
                                          ", a.log_floor from mail.mailbox b join mail.account a using (tenant_id, account_id) "
                                          "where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement vanished_in_log{
    "mailstore.vanished_in_log",
    "select modseq, uids from mail.change_log where tenant_id = $1 and account_id = $2 and modseq > $3 and mailbox_id = $4 and kind = 3"};
// The ranges that the log names, merged (a message that changed often is looked at once), and from them what is above $3 now. "offset 0"
// keeps the planner on the ranges of the index; see store_flags.cc.
#define SKY_LOGGED                                                                                                                       \
    "pair as (select l.uids[i] as first, l.uids[i + 1] as last from mail.change_log l cross join lateral "                               \
    "generate_series(1, cardinality(l.uids), 2) i where l.tenant_id = $1 and l.account_id = $3 and l.modseq > $4 and l.mailbox_id = $2 " \
    "and l.kind in (1, 2)), "                                                                                                            \
    "merged as (select unnest(range_agg(int8range(first, last, '[]'))) as r from pair)"
#define SKY_IN_RANGES                                                                                                             \
    " where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid >= lower(m.r) and p.uid < upper(m.r) and p.modseq > $4 offset 0) p " \
    "order by p.uid"
constexpr pg::Statement changed_by_log{"mailstore.changed_by_log",
                                       "with " SKY_LOGGED " select p.* from merged m cross join lateral (select " SKY_PLACEMENT_COLUMNS
                                       " from mail.placement p" SKY_IN_RANGES};
constexpr pg::Statement readers_changed_by_log{
    "mailstore.readers_changed_by_log",
    "with " SKY_READER("$5") ", " SKY_LOGGED
                             " select p.* from merged m cross join r cross join lateral (select " SKY_READERS_PLACEMENT_COLUMNS
                             " from mail.placement p" SKY_IN_RANGES};
// Below the log's floor: by the placements' own MODSEQ, all of the mailbox.
constexpr pg::Statement changed_by_scan{
    "mailstore.changed_by_scan",
    "select " SKY_PLACEMENT_COLUMNS " from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 and p.modseq > $3 order by p.uid"};
constexpr pg::Statement readers_changed_by_scan{
    "mailstore.readers_changed_by_scan",
    "with " SKY_READER(
        "$4") " select " SKY_READERS_PLACEMENT_COLUMNS
              " from mail.placement p cross join r where p.tenant_id = $1 and p.mailbox_id = $2 and p.modseq > $3 order by p.uid"};
constexpr pg::Statement changed_mailboxes{"mailstore.changed_mailboxes",
                                          "select " SKY_MAILBOX_COLUMNS
                                          " from mail.mailbox b where b.tenant_id = $1 and b.account_id = $2 and b.modseq > $3"};
constexpr pg::Statement changed_metadata{
    "mailstore.changed_metadata",
    "select m.mailbox_id, m.entry, m.modseq from mail.metadata m where m.tenant_id = $1 and m.account_id = $2 and m.modseq > $3 "
    "and m.principal_id in (0, $2) order by m.modseq, m.entry"};
constexpr pg::Statement names_in_log{"mailstore.names_in_log",
                                     "select a.modseq, a.log_floor > $3 or exists (select from mail.change_log l where l.tenant_id = $1 "
                                     "and l.account_id = $2 and l.modseq > $3 and l.kind > 3) from mail.account a "
                                     "where a.tenant_id = $1 and a.account_id = $2"};

struct Head {
    Mailbox mailbox;
    bool reaches = true;  // the log does, back to where we ask
};

Result<Head> head_of(const Result<pg::Rows>& rows, ModSeq since) {
    if (!rows) return forward(rows);
    if (rows->empty()) return unexpected(Fault::not_found, "No such mailbox");
    return Head{mailbox_of((*rows)[0]), since.value >= (*rows)[0].get<std::int64_t>(mailbox_columns)};
}

// Up to the mailbox's MODSEQ: what commits between two statements lies above it and comes next time.
Result<UidSet> vanished_of(const Result<pg::Rows>& rows, ModSeq until) {
    if (!rows) return forward(rows);
    UidSet out;
    for (const auto row : *rows)
        if (row.get<ModSeq>(0) <= until)
            for (const auto& range : ranges_of(row.get<std::vector<std::int64_t>>(1))) out.push_back(range);
    return merged(std::move(out));
}

}  // namespace

Task<Result<Changes>> Reader::changes(MailboxRef mailbox, ModSeq since, Deadline deadline) {
    auto tx = co_await pool_->begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto first = tx->queue(mailbox_and_floor, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account));
    const auto log = tx->queue(vanished_in_log, pg::params(mailbox.tenant, mailbox.account, since, mailbox.mailbox));
    const bool for_reader = mailbox.has_reader();
    auto which = pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account, since);
    if (for_reader) which.add(mailbox.reader);
    const auto touched = tx->queue(for_reader ? readers_changed_by_log : changed_by_log, which);
    auto head = head_of(co_await tx->take(first), since);
    if (!head) co_return forward(head);
    auto vanished = vanished_of(co_await tx->take(log), head->mailbox.modseq);
    if (!vanished) co_return forward(vanished);
    auto changed = placements_of(co_await tx->take(touched));
    if (changed && !head->reaches) {
        auto above = pg::params(mailbox.tenant, mailbox.mailbox, since);
        if (for_reader) above.add(mailbox.reader);
        changed = placements_of(co_await tx->query(for_reader ? readers_changed_by_scan : changed_by_scan, above));
    }
    if (!changed) co_return forward(changed);
    // What commits between the statements comes next time, with the names of its keywords.
    std::erase_if(*changed, [&](const Placement& one) { return one.uid >= head->mailbox.uid_next || one.modseq > head->mailbox.modseq; });
    Changes out;
    out.complete = head->reaches;
    if (out.complete) out.vanished = *std::move(vanished);
    out.placements = *std::move(changed);
    out.mailbox = std::move(head->mailbox);
    co_return out;
}

Task<Result<Vanished>> Reader::vanished(MailboxRef mailbox, ModSeq since, Deadline deadline) {
    auto tx = co_await pool_->begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto first = tx->queue(mailbox_and_floor, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account));
    const auto log = tx->queue(vanished_in_log, pg::params(mailbox.tenant, mailbox.account, since, mailbox.mailbox));
    auto head = head_of(co_await tx->take(first), since);
    if (!head) co_return forward(head);
    auto gone = vanished_of(co_await tx->take(log), head->mailbox.modseq);
    if (!gone) co_return forward(gone);
    Vanished out{std::move(head->mailbox), std::nullopt};
    if (head->reaches) out.uids = *std::move(gone);
    co_return out;
}

Task<Result<AccountChanges>> Reader::account_changes(AccountRef account, ModSeq since, Deadline deadline) {
    auto tx = co_await pool_->begin(account.tenant, deadline);
    if (!tx) co_return forward(tx);
    // The account first, so that nothing at or below its MODSEQ is missing from the rows behind it.
    const auto first = tx->queue(names_in_log, pg::params(account.tenant, account.account, since));
    const auto boxes = tx->queue(changed_mailboxes, pg::params(account.tenant, account.account, since));
    const auto annotations = tx->queue(changed_metadata, pg::params(account.tenant, account.account, since));
    auto rows = co_await tx->take(first);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    AccountChanges out{(*rows)[0].get<ModSeq>(0), (*rows)[0].get<bool>(1), {}, {}};
    rows = co_await tx->take(boxes);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.mailboxes.push_back(mailbox_of(row));
    rows = co_await tx->take(annotations);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.metadata.push_back({row.get<MailboxId>(0), row.get<std::string>(1), row.get<ModSeq>(2)});
    co_return out;
}

}  // namespace sky::mailstore
