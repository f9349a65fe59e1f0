#include "sky/mailstore/deleted.h"

#include "sky/base/ascii.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement list{"mailstore.list_deleted",
                             "select mailbox_id, uid, mailbox, subject, sender, internal_date, size, deleted_at "
                             "from mail.list_deleted($1, $2, coalesce($3::timestamptz, 'infinity'), $4, $5, $6)"};
constexpr pg::Statement restore{"mailstore.restore_deleted",
                                "select restored, remaining, at_modseq, fits from mail.restore_deleted($1, $2, $3, $4, $5, $6, $7)"};

}  // namespace

std::string text_of(const DeletedId& id) { return "M" + std::to_string(id.mailbox.value) + "." + std::to_string(id.uid.value); }

std::optional<DeletedId> deleted_id(std::string_view text) {
    const auto dot = text.find('.');
    if (!text.starts_with('M') || dot == text.npos) return std::nullopt;
    const auto mailbox = ascii::number(text.substr(1, dot - 1), INT64_MAX), uid = ascii::number(text.substr(dot + 1), UINT32_MAX);
    if (!mailbox || !uid) return std::nullopt;
    return DeletedId{MailboxId{static_cast<std::int64_t>(*mailbox)}, Uid{static_cast<std::uint32_t>(*uid)}};
}

Task<Result<std::vector<DeletedMessage>>> list_deleted(pg::Pool& pool, AccountRef account, std::optional<DeletedCursor> after,
                                                       std::int32_t most, Deadline deadline) {
    const auto from = after.value_or(DeletedCursor{});
    const auto time = after ? std::optional<Time>(from.deleted_at) : std::nullopt;
    auto rows = co_await pool.query(account.tenant, list,
                                    pg::params(account.tenant, account.account, time, from.id.mailbox, from.id.uid, most), deadline);
    if (!rows) co_return forward(rows);
    std::vector<DeletedMessage> out;
    for (const auto row : *rows)
        out.push_back({.id = {row.get<MailboxId>(0), row.get<Uid>(1)},
                       .mailbox = row.get<std::string>(2),
                       .subject = row.get<std::string>(3),
                       .from = row.get<std::string>(4),
                       .internal_date = row.get<Time>(5),
                       .deleted_at = row.get<Time>(7),
                       .size = row.get<std::int64_t>(6)});
    co_return out;
}

Task<Result<Restored>> restore_deleted(pg::Transaction& tx, AccountRef account, const DeletedFilter& filter, std::int32_t most) {
    std::vector<std::int64_t> boxes, uids;
    for (const auto& id : filter.ids) {
        boxes.push_back(id.mailbox.value);
        uids.push_back(id.uid.value);
    }
    auto rows = co_await tx.query(restore, pg::params(account.tenant, account.account, boxes, uids, filter.mailbox, filter.since, most));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
    const auto row = (*rows)[0];
    if (!row.get<bool>(3)) co_return unexpected(Fault::over_quota, "The mailbox has no room for them");
    co_return Restored{{account.account, row.get<ModSeq>(2)}, row.get<std::int64_t>(0), row.get<std::int64_t>(1)};
}

}  // namespace sky::mailstore
