#include "naming.h"
#include "settle.h"
#include "sky/mailstore/mailboxes.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement tree_of{"mailstore.rename_tree",
                                "select mailbox_id, name, keywords, uid_next from mail.mailbox where tenant_id = $1 and account_id = $2 "
                                "and (name = $3 or starts_with(name, $3 || '/')) order by length(name)"};
constexpr pg::Statement rename_all{"mailstore.rename_mailboxes",
                                   "update mail.mailbox b set name = u.name from unnest($2::bigint[], $3::text[]) u (id, name) "
                                   "where b.tenant_id = $1 and b.mailbox_id = u.id"};
// INBOX: the messages keep their UIDs, in a mailbox whose UIDVALIDITY is new.
constexpr pg::Statement move_placements{
    "mailstore.move_inbox",
    "update mail.placement set mailbox_id = $3, modseq = $4, saved_at = now() where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement move_seen{"mailstore.move_seen", "update mail.seen set mailbox_id = $3 where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement take_counts{
    "mailstore.take_counts",
    "update mail.mailbox b set messages = o.messages, unseen = o.unseen, deleted = o.deleted, octets = o.octets, uid_next = o.uid_next, "
    "modseq = $4, marked = o.marked "
    "from mail.mailbox o where b.tenant_id = $1 and b.mailbox_id = $3 and o.tenant_id = $1 and o.mailbox_id = $2"};
constexpr pg::Statement empty_counts{"mailstore.empty_counts",
                                     "update mail.mailbox set messages = 0, unseen = 0, deleted = 0, octets = 0, marked = '{}', modseq = "
                                     "$3 where tenant_id = $1 and mailbox_id = $2"};
// Annotations are copied, and stay with INBOX too (RFC 5464 §4.1).
constexpr pg::Statement copy_metadata{
    "mailstore.copy_metadata",
    "insert into mail.metadata (tenant_id, account_id, mailbox_id, principal_id, entry, value, modseq) "
    "select $1, $2, $4, m.principal_id, m.entry, m.value, $5 from mail.metadata m where m.tenant_id = $1 and m.account_id = $2 "
    "and m.mailbox_id = $3 and m.value is not null"};

struct Rename {
    using Value = Changed;
    AccountRef account;
    std::string from;
    std::string to;

    Task<Result<Changed>> run(pg::Transaction& tx) {
        const auto ticket = tx.queue(lock_account, pg::params(account.tenant, account.account));
        const auto boxes = tx.queue(tree_of, pg::params(account.tenant, account.account, from));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto rows = co_await tx.take(boxes);
        if (!rows) co_return forward(rows);
        if (rows->empty() || (*rows)[0].get<std::string>(1) != from) co_return unexpected(Fault::not_found, "No such mailbox");
        std::int16_t part = 0;
        if (from == "INBOX") co_return co_await move_inbox(tx, *lock, (*rows)[0], part);

        if (const auto slash = to.rfind('/'); slash != std::string::npos) {
            // A temporary wish for "parent/…" makes the levels above only.
            auto parents = co_await make_parents(tx, *lock, to.substr(0, slash), part);
            if (!parents) co_return forward(parents);
        }
        std::vector<std::int64_t> ids;
        std::vector<std::string> names;
        for (const auto row : *rows) {
            ids.push_back(row.get<std::int64_t>(0));
            names.push_back(to + row.get<std::string>(1).substr(from.size()));
            if (names.back().size() > 1000) co_return unexpected(Fault::unsupported, "The new name is too long");
            queue_log(tx, account, lock->modseq, {part++, MailboxId{ids.back()}, Logged::mailbox_changed, {}, {}});
        }
        auto renamed = co_await tx.query(rename_all, pg::params(account.tenant, ids, names));
        if (!renamed) {
            if (renamed.error().fault != Fault::already_exists) co_return forward(renamed);
            co_return unexpected(Fault::already_exists, "There is a mailbox of that name", renamed.error().reason);
        }
        co_return Changed{account.account, lock->modseq};
    }

    Task<Result<void>> make_parents(pg::Transaction& tx, const LockedAccount& lock, std::string parent, std::int16_t& part) {
        auto exists = co_await tx.query(tree_of, pg::params(account.tenant, account.account, parent));
        if (!exists) co_return forward(exists);
        if (!exists->empty() && (*exists)[0].get<std::string>(1) == parent) co_return Result<void>{};
        std::vector<NewMailbox> wanted{{parent}};
        auto made = co_await make_mailboxes(tx, account, lock, wanted, part);
        if (!made) co_return forward(made);
        co_return Result<void>{};
    }

    Task<Result<Changed>> move_inbox(pg::Transaction& tx, const LockedAccount& lock, pg::Row inbox, std::int16_t& part) {
        const auto id = inbox.get<MailboxId>(0);
        const auto uid_next = inbox.get<std::uint32_t>(3);
        std::vector<NewMailbox> wanted{{to, SpecialUse::none, inbox.get<std::vector<std::string>>(2), uid_next}};
        auto made = co_await make_mailboxes(tx, account, lock, wanted, part);
        if (!made) co_return forward(made);
        const auto target = made->front();
        tx.queue(move_placements, pg::params(account.tenant, id, target, lock.modseq));
        tx.queue(move_seen, pg::params(account.tenant, id, target));
        tx.queue(take_counts, pg::params(account.tenant, id, target, lock.modseq));
        tx.queue(empty_counts, pg::params(account.tenant, id, lock.modseq));
        tx.queue(copy_metadata, pg::params(account.tenant, account.account, id, target, lock.modseq));
        if (uid_next > 1) {
            const UidSet all{{1, uid_next - 1}};
            queue_log(tx, account, lock.modseq, {part++, id, Logged::expunged, all, {}});
            queue_log(tx, account, lock.modseq, {part++, target, Logged::added, all, {}});
        }
        co_return Changed{account.account, lock.modseq};
    }
};

}  // namespace

Task<Result<Changed>> Mailboxes::rename(AccountRef account, std::string from, std::string to, Deadline deadline) {
    auto old_name = canonical_name(from);
    if (!old_name) co_return forward(old_name);
    auto new_name = canonical_name(to);
    if (!new_name) co_return forward(new_name);
    if (*old_name == *new_name || *new_name == "INBOX") co_return unexpected(Fault::already_exists, "There is a mailbox of that name");
    if (*old_name != "INBOX" && new_name->starts_with(*old_name + "/"))
        co_return unexpected(Fault::unsupported, "A mailbox can't move below itself");
    Rename body{account, std::move(*old_name), std::move(*new_name)};
    co_return co_await settle(*pool_, account.tenant, deadline, Repeat::harmful, body);
}

}  // namespace sky::mailstore
