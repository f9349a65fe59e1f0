#include "sky/mailstore/metadata.h"

#include "rows.h"
#include "settle.h"

namespace sky::mailstore {
namespace {

// $6: 0 the entries alone, 1 with their children, 2 with all below them. Longer values than $7 stay where they are.
constexpr pg::Statement read{
    "mailstore.read_metadata",
    "select m.mailbox_id, m.entry, octet_length(m.value), case when octet_length(m.value) <= $7 then m.value end from mail.metadata m "
    "where m.tenant_id = $1 and m.account_id = $2 and m.mailbox_id = any ($3) and m.principal_id in (0, $4) and m.value is not null and "
    "(m.entry = any ($5) "
    "or $6 > 0 and exists (select from unnest($5) n (name) where starts_with(m.entry, n.name || '/') "
    "and ($6 = 2 or position('/' in substr(m.entry, length(n.name) + 2)) = 0))) order by m.mailbox_id, m.entry"};
constexpr pg::Statement is_there{
    "mailstore.metadata_place",
    "select 1 where $3 = 0 or exists (select from mail.mailbox where tenant_id = $1 and account_id = $2 and mailbox_id = $3)"};
// Who watches the account is told of it by name; the newest 200 that went are enough for that.
constexpr pg::Statement drop{
    "mailstore.drop_metadata",
    "update mail.metadata set value = null, modseq = (select modseq from mail.account where tenant_id = $1 and account_id = $2) "
    "where tenant_id = $1 and account_id = $2 and mailbox_id = $3 and principal_id = $4 and entry = any ($5) and value is not null"};
constexpr pg::Statement forget_dropped{
    "mailstore.forget_metadata_names",
    "delete from mail.metadata m where m.tenant_id = $1 and m.account_id = $2 and m.mailbox_id = $3 and m.principal_id = $4 "
    "and m.value is null and m.modseq < (select o.modseq from mail.metadata o where o.tenant_id = $1 and o.account_id = $2 "
    "and o.mailbox_id = $3 and o.principal_id = $4 and o.value is null order by o.modseq desc offset 200 limit 1)"};
constexpr pg::Statement put{
    "mailstore.put_metadata",
    "insert into mail.metadata as m (tenant_id, account_id, mailbox_id, principal_id, entry, value, modseq) "
    "select $1, $2, $3, $4, u.entry, u.value, (select modseq from mail.account where tenant_id = $1 and account_id = $2) from "
    "unnest($5::text[], $6::bytea[]) u (entry, value) "
    "on conflict (tenant_id, account_id, mailbox_id, principal_id, entry) do update set value = excluded.value, modseq = excluded.modseq"};
constexpr pg::Statement count_entries{
    "mailstore.count_metadata",
    "select coalesce(max(n), 0) from (select count(*) as n from mail.metadata where tenant_id = $1 and account_id = $2 and mailbox_id = $3 "
    "and principal_id in (0, $4) and value is not null group by principal_id) c"};

// Annotations are of the mailbox: its MODSEQ rises with them (RFC 7162 §3.2).
constexpr pg::Statement raise_mailbox{
    "mailstore.metadata_mailbox",
    "update mail.mailbox set modseq = (select modseq from mail.account where tenant_id = $1 and account_id = $2) "
    "where tenant_id = $1 and account_id = $2 and mailbox_id = $3"};

constexpr pg::Statement of_use{
    "mailstore.metadata_of_use",
    "select mailbox_id from mail.mailbox where tenant_id = $1 and account_id = $2 and special_use = $3 and special_use <> 0 "
    "and mailbox_id <> $4"};
constexpr pg::Statement set_use{
    "mailstore.metadata_set_use",
    "update mail.mailbox set special_use = $4 where tenant_id = $1 and account_id = $2 and mailbox_id = $3 and selectable"};

std::int64_t owner_of(const std::string& entry, AccountId writer) { return entry.starts_with("/private/") ? writer.value : 0; }

struct Write {
    using Value = Changed;
    MailboxRef mailbox;
    AccountId writer;
    const MetadataWrite& change;

    Task<Result<Changed>> run(pg::Transaction& tx) {
        const auto ticket = tx.queue(lock_account, pg::params(mailbox.tenant, mailbox.account));
        const auto place = tx.queue(is_there, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox));
        for (const auto owner : {writer.value, std::int64_t{0}}) {
            std::vector<std::string> gone, kept;
            std::vector<pg::Bytea> octets;
            for (const auto& [entry, value] : change.entries) {
                if (owner_of(entry, writer) != owner) continue;
                (value ? kept : gone).push_back(entry);
                if (value) octets.push_back({*value});
            }
            if (!gone.empty()) {
                tx.queue(drop, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, owner, gone));
                tx.queue(forget_dropped, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, owner));
            }
            if (!kept.empty()) tx.queue(put, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, owner, kept, octets));
        }
        std::optional<pg::Transaction::Ticket> rival;
        if (change.use) {
            const auto use = static_cast<std::int16_t>(*change.use);
            rival = tx.queue(of_use, pg::params(mailbox.tenant, mailbox.account, use, mailbox.mailbox));
            tx.queue(set_use, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, use));
        }
        if (mailbox.mailbox) tx.queue(raise_mailbox, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox));
        const auto count = tx.queue(count_entries, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, writer));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto there = co_await tx.take(place);
        if (!there) co_return forward(there);
        if (there->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        if (rival) {
            auto rivals = co_await tx.take(*rival);
            if (!rivals) co_return forward(rivals);
            if (!rivals->empty()) co_return unexpected(Fault::wrong_state, "There is a mailbox for this use");
        }
        auto most = co_await tx.take(count);
        if (!most) co_return forward(most);
        if ((*most)[0].get<std::int64_t>(0) > most_metadata_entries) co_return unexpected(Fault::limit, "Too many entries");
        if (change.use) queue_log(tx, mailbox.owner(), lock->modseq, {0, mailbox.mailbox, Logged::mailbox_changed, {}, {}});
        co_return Changed{mailbox.account, lock->modseq};
    }
};

}  // namespace

Task<Result<std::map<MailboxId, std::vector<MetadataEntry>>>> read_metadata(pg::Pool& pool, AccountRef account, AccountId reader,
                                                                            std::vector<MailboxId> mailboxes, MetadataQuery query,
                                                                            Deadline deadline) {
    auto rows = co_await pool.query(account.tenant, read,
                                    pg::params(account.tenant, account.account, mailboxes, reader, query.entries,
                                               static_cast<std::int32_t>(query.below), static_cast<std::int32_t>(query.max_size)),
                                    deadline);
    if (!rows) co_return forward(rows);
    std::map<MailboxId, std::vector<MetadataEntry>> out;
    for (const auto row : *rows) {
        MetadataEntry one{row.get<std::string>(1), static_cast<std::size_t>(row.get<std::int32_t>(2)), std::nullopt};
        if (!row.is_null(3)) one.value = std::string(row.raw(3));
        out[row.get<MailboxId>(0)].push_back(std::move(one));
    }
    co_return out;
}

Task<Result<Changed>> write_metadata(pg::Pool& pool, MailboxRef mailbox, AccountId writer, MetadataWrite change, Deadline deadline) {
    for (const auto& [entry, value] : change.entries)
        if (value && value->size() > most_metadata_octets) co_return unexpected(Fault::too_large, "A value is too large");
    Write body{mailbox, writer, change};
    co_return co_await settle(pool, mailbox.tenant, deadline, Repeat::harmless, body);
}

}  // namespace sky::mailstore
