#include <algorithm>
#include <map>

#include "rows.h"
#include "sky/mailstore/read.h"

namespace sky::mailstore {
namespace {

constexpr std::int64_t worth_keeping = 16'384;  // messages: a smaller mailbox is walked through in no time
constexpr std::size_t long_log = 1000;          // rows behind what is kept: time to keep the present

constexpr pg::Statement row_and_floor{"mailstore.numbering_row",
                                      "select " SKY_MAILBOX_COLUMNS
                                      ", a.log_floor from mail.mailbox b join mail.account a using (tenant_id, account_id) "
                                      "where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement kept_counts{"mailstore.numbering_kept",
                                    "select modseq, counts from mail.numbering where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement log_since_kept{
    "mailstore.numbering_log",
    "select l.modseq, l.kind, l.uids from mail.change_log l where l.tenant_id = $1 and l.account_id = $3 and l.mailbox_id = $2 "
    "and l.kind in (1, 3) and l.modseq > (select n.modseq from mail.numbering n where n.tenant_id = $1 and n.mailbox_id = $2)"};
// One statement, so that row and counts are of one moment.
constexpr pg::Statement row_and_counts{
    "mailstore.numbering",
    "select " SKY_MAILBOX_COLUMNS
    ", array(select ((p.uid - 1) / 4096) * 8192 + count(*) from mail.placement p where p.tenant_id = $1 and p.mailbox_id = $2 "
    "group by (p.uid - 1) / 4096 order by 1) from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};
constexpr pg::Statement keep_counts{"mailstore.keep_numbering",
                                    "insert into mail.numbering (tenant_id, mailbox_id, modseq, counts) select $1, $2, $3, $4::bigint[] "
                                    "where exists (select from mail.mailbox where tenant_id = $1 and mailbox_id = $2) "
                                    "on conflict (tenant_id, mailbox_id) do update set modseq = excluded.modseq, counts = excluded.counts "
                                    "where mail.numbering.modseq < excluded.modseq"};
// Runs of adjacent UIDs: in each, UID and row number keep their distance.
constexpr pg::Statement present_runs{
    "mailstore.present_runs",
    "select min(uid), max(uid) from (select uid, uid - row_number() over (order by uid) as run from mail.placement where tenant_id = $1 "
    "and mailbox_id = $2 and uid between $3 and $4) r group by run order by 1"};

using Counts = std::map<std::int64_t, std::int64_t>;  // by block

Counts without_holes(std::int64_t messages) {
    Counts out;
    for (std::int64_t block = 0, left = messages; left > 0; ++block, left -= uid_block)
        out[block] = std::min<std::int64_t>(left, uid_block);
    return out;
}

Counts unpacked(const std::vector<std::int64_t>& packed) {
    Counts out;
    for (const std::int64_t one : packed) out[one / 8192] = one % 8192;
    return out;
}

std::vector<std::int64_t> packed(const Counts& counts) {
    std::vector<std::int64_t> out;
    for (const auto& [block, count] : counts)
        if (count > 0) out.push_back(block * 8192 + count);
    return out;
}

void apply(Counts& counts, const UidRange& range, std::int64_t sign) {
    for (std::int64_t first = range.first; first <= range.last;) {
        const std::int64_t block = (first - 1) / uid_block;
        const std::int64_t last = std::min<std::int64_t>(range.last, (block + 1) * uid_block);
        counts[block] += sign * (last - first + 1);
        first = last + 1;
    }
}

// Do they say as much as the mailbox's row? The log's ranges are exact but for INBOX renamed, which names UIDs that were not there.
bool is_sound(const Counts& counts, std::int64_t messages) {
    std::int64_t sum = 0;
    for (const auto& [block, count] : counts) {
        if (count < 0 || count > uid_block) return false;
        sum += count;
    }
    return sum == messages;
}

Numbering numbering_of(Mailbox mailbox, const Counts& counts) {
    Numbering out{std::move(mailbox), {}};
    for (const auto& [block, count] : counts) {
        if (count == 0) continue;
        out.counts.resize(static_cast<std::size_t>(block) + 1);
        out.counts.back() = static_cast<std::uint16_t>(count);
    }
    return out;
}

struct Kept {
    bool there = false;
    ModSeq modseq;
    Counts counts;  // brought up to the row's MODSEQ
    std::size_t behind = 0;
};

Result<Kept> kept_of(const Result<pg::Rows>& kept, const Result<pg::Rows>& log, ModSeq until) {
    if (!kept) return forward(kept);
    if (!log) return forward(log);
    Kept out;
    if (kept->empty()) return out;
    out = {true, (*kept)[0].get<ModSeq>(0), unpacked((*kept)[0].get<std::vector<std::int64_t>>(1)), log->size()};
    for (const auto row : *log) {
        if (row.get<ModSeq>(0) > until) continue;
        const std::int64_t sign = row.get<std::int16_t>(1) == static_cast<std::int16_t>(Logged::added) ? 1 : -1;
        for (const auto& range : ranges_of(row.get<std::vector<std::int64_t>>(2))) apply(out.counts, range, sign);
    }
    return out;
}

}  // namespace

Task<Result<Numbering>> Reader::numbering(MailboxRef mailbox, Deadline deadline) {
    auto tx = co_await pool_->begin(mailbox.tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto which = pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account);
    const auto head = tx->queue(row_and_floor, which);
    const auto kept_ticket = tx->queue(kept_counts, pg::params(mailbox.tenant, mailbox.mailbox));
    const auto log_ticket = tx->queue(log_since_kept, which);
    auto rows = co_await tx->take(head);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
    Mailbox row = mailbox_of((*rows)[0]);
    if (row.messages == std::int64_t{row.uid_next.value} - 1) co_return numbering_of(std::move(row), without_holes(row.messages));

    const auto kept_rows = co_await tx->take(kept_ticket);
    const auto log_rows = co_await tx->take(log_ticket);
    const auto kept = kept_of(kept_rows, log_rows, row.modseq);
    if (!kept) co_return forward(kept);
    const bool reaches = kept->there && kept->modseq <= row.modseq && kept->modseq.value >= (*rows)[0].get<std::int64_t>(mailbox_columns);
    Counts counts = kept->counts;
    if (!reaches || !is_sound(counts, row.messages)) {
        rows = co_await tx->query(row_and_counts, which);
        if (!rows) co_return forward(rows);
        if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        row = mailbox_of((*rows)[0]);
        counts = unpacked((*rows)[0].get<std::vector<std::int64_t>>(mailbox_columns));
    } else if (kept->behind < long_log) {
        co_return numbering_of(std::move(row), counts);
    }
    if (row.messages >= worth_keeping) {
        tx->queue(keep_counts, pg::params(mailbox.tenant, mailbox.mailbox, row.modseq, packed(counts)));
        static_cast<void>(co_await tx->commit());  // it only saves work
    }
    co_return numbering_of(std::move(row), counts);
}

Task<Result<UidSet>> Reader::present(MailboxRef mailbox, UidRange range, Deadline deadline) {
    auto rows = co_await pool_->query(
        mailbox.tenant, present_runs,
        pg::params(mailbox.tenant, mailbox.mailbox, static_cast<std::int64_t>(range.first), static_cast<std::int64_t>(range.last)),
        deadline);
    if (!rows) co_return forward(rows);
    UidSet out;
    for (const auto row : *rows) out.push_back({row.get<std::uint32_t>(0), row.get<std::uint32_t>(1)});
    co_return out;
}

}  // namespace sky::mailstore
