#include "rows.h"

#include <algorithm>

namespace sky::mailstore {
namespace {
constexpr pg::Statement add_log{"mailstore.add_log",
                                "insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids, emails) "
                                "values ($1, $2, $3, $4, $5, $6, $7, $8)"};
}

Mailbox mailbox_of(pg::Row row) {
    Mailbox box;
    box.id = row.get<MailboxId>(0);
    box.account = row.get<AccountId>(1);
    box.name = row.get<std::string>(2);
    box.selectable = row.get<bool>(3);
    box.special_use = static_cast<SpecialUse>(row.get<std::int16_t>(4));
    box.uid_validity = row.get<UidValidity>(5);
    box.uid_next = row.get<Uid>(6);
    box.modseq = row.get<ModSeq>(7);
    box.messages = row.get<std::int64_t>(8);
    box.unseen = row.get<std::int64_t>(9);
    box.deleted = row.get<std::int64_t>(10);
    box.octets = row.get<std::int64_t>(11);
    box.keywords = row.get<std::vector<std::string>>(12);
    box.subscribed = row.get<bool>(13);
    box.recent_uid = row.get<Uid>(14);
    return box;
}

Placement placement_of(pg::Row row) {
    return {row.get<Uid>(0),
            row.get<EmailId>(1),
            {static_cast<std::uint16_t>(row.get<std::int16_t>(2)), static_cast<std::uint64_t>(row.get<std::int64_t>(3))},
            row.get<ModSeq>(4),
            row.get<Time>(5),
            static_cast<std::uint32_t>(row.get<std::int64_t>(6)),
            row.is_null(7) ? 0 : static_cast<std::uint32_t>(unix_seconds(row.get<Time>(7)))};
}

Result<std::vector<Placement>> placements_of(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    std::vector<Placement> out;
    out.reserve(rows->size());
    for (const auto row : *rows) out.push_back(placement_of(row));
    return out;
}

Bounds bounds(const UidSet& set) {
    Bounds out;
    for (const auto& range : set) {
        out.first.push_back(range.first);
        out.last.push_back(range.last);
    }
    return out;
}

UidSet uids_from(const UidSet& set, std::uint32_t from, std::int64_t span) {
    UidSet out;
    for (const auto& range : set) {
        if (range.last < from) continue;
        if (span <= 0) break;
        out.push_back({std::max(range.first, from), range.last});
        span -= std::int64_t{range.last} - out.back().first + 1;
    }
    return out;
}

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

UidSet ranges_of(const std::vector<std::int64_t>& pairs) {
    UidSet out;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        out.push_back({static_cast<std::uint32_t>(pairs[i]), static_cast<std::uint32_t>(pairs[i + 1])});
    return out;
}

std::vector<std::int64_t> pairs_of(const UidSet& set) {
    std::vector<std::int64_t> out;
    for (const auto& range : set) {
        out.push_back(range.first);
        out.push_back(range.last);
    }
    return out;
}

std::vector<std::int64_t> wide(const std::vector<std::uint32_t>& uids) { return {uids.begin(), uids.end()}; }

std::vector<std::uint32_t> narrow(const std::vector<std::int64_t>& uids) {
    std::vector<std::uint32_t> out;
    out.reserve(uids.size());
    for (const auto uid : uids) out.push_back(static_cast<std::uint32_t>(uid));
    return out;
}

Task<Result<LockedAccount>> locked(pg::Transaction& tx, pg::Transaction::Ticket ticket) {
    auto rows = co_await tx.take(ticket);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    const auto row = (*rows)[0];
    co_return LockedAccount{row.get<ModSeq>(0),       row.get<std::optional<std::int64_t>>(1),
                            row.get<std::int64_t>(2), row.get<std::int64_t>(3),
                            row.get<std::int64_t>(4), row.get<bool>(5)};
}

void queue_log(pg::Transaction& tx, AccountRef account, ModSeq modseq, const LogRow& row) {
    tx.queue(add_log, pg::params(account.tenant, account.account, modseq, row.part, row.mailbox, static_cast<std::int16_t>(row.kind),
                                 pairs_of(row.uids), row.emails));
}

}  // namespace sky::mailstore
