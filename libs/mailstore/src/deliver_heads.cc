#include "deliver_heads.h"

#include <cstring>

#include "sky/base/ascii.h"
#include "sky/base/sha256.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement lock_waiting{
    "mailstore.lock_accounts",
    "select account_id, modseq, quota_octets, used_octets, pool_id is not null, kind = 2 from mail.account "
    "where tenant_id = $1 and account_id = any ($2) order by account_id for no key update"};
constexpr pg::Statement lock_skipping{
    "mailstore.lock_free_accounts",
    "select account_id, modseq, quota_octets, used_octets, pool_id is not null, kind = 2 from mail.account "
    "where tenant_id = $1 and account_id = any ($2) order by account_id for no key update skip locked"};
constexpr pg::Statement existing_accounts{"mailstore.existing_accounts",
                                          "select account_id from mail.account where tenant_id = $1 and account_id = any ($2)"};
constexpr std::int16_t sent_use = 6;  // as in types.cc
constexpr pg::Statement target_mailboxes{
    "mailstore.target_mailboxes",
    "select mailbox_id, account_id, selectable, name = 'INBOX', uid_validity, uid_next, special_use from mail.mailbox "
    "where tenant_id = $1 and account_id = any ($2) and (name = 'INBOX' or special_use = 6) union "
    "select mailbox_id, account_id, selectable, name = 'INBOX', uid_validity, uid_next, special_use from mail.mailbox "
    "where tenant_id = $1 and mailbox_id = any ($3)"};
// Right "p" is bit 32 of mail.acl. Who wrote is not weighed: whoever the address lets write is anyone.
constexpr pg::Statement postable_folders{
    "mailstore.postable_folders",
    "select b.mailbox_id, b.account_id, u.name, b.uid_validity, b.uid_next from unnest($2::bigint[], $3::text[]) u (account, name) "
    "join mail.mailbox b on b.tenant_id = $1 and b.account_id = u.account and lower(b.name) = u.name and b.selectable "
    "join mail.acl l on l.tenant_id = $1 and l.mailbox_id = b.mailbox_id and l.grantee_kind = 0 and not l.negative and l.rights & 32 <> 0 "
    "where not exists (select from mail.acl d where d.tenant_id = $1 and d.mailbox_id = b.mailbox_id and d.grantee_kind = 0 "
    "and d.negative and d.rights & 32 <> 0) order by b.mailbox_id desc"};
constexpr pg::Statement known_threads{"mailstore.known_threads",
                                      "select r.account_id, r.ref, r.thread_id from unnest($2::bigint[], $3::bigint[]) u (account_id, ref) "
                                      "join mail.thread_ref r on r.tenant_id = $1 and r.account_id = u.account_id and r.ref = u.ref"};
constexpr pg::Statement add_blobs{"mailstore.add_blobs",
                                  "insert into mail.blob (tenant_id, blob_id, sha256, size) "
                                  "select $1, u.id, u.hash, u.size from unnest($2::bigint[], $3::bytea[], $4::bigint[]) u (id, hash, size) "
                                  "order by u.hash on conflict (tenant_id, sha256) do nothing returning sha256"};
// Against the collector: a blob held so is not deleted before we commit.
constexpr pg::Statement hold_blobs{
    "mailstore.hold_blobs",
    "select blob_id, sha256 from mail.blob where tenant_id = $1 and sha256 = any ($2) order by sha256 for key share"};

// Inserts what is missing and holds all. A blob seen by the insert may be collected before it is held; then it is stored again.
Task<Result<void>> hold_all(pg::Transaction& tx, TenantId tenant,
                            const std::map<std::string, std::pair<std::int64_t, const PreparedMessage*>>& proposed, Heads& heads) {
    for (int attempt = 0; attempt < 10 && heads.blobs.size() < proposed.size(); ++attempt) {
        std::vector<std::int64_t> ids, sizes;
        std::vector<pg::Bytea> hashes;
        for (const auto& [hash, blob] : proposed) {
            if (heads.blobs.contains(hash)) continue;
            ids.push_back(blob.first);
            hashes.push_back({hash});
            sizes.push_back(static_cast<std::int64_t>(blob.second->size));
        }
        const auto inserted = tx.queue(add_blobs, pg::params(tenant, ids, hashes, sizes));
        const auto held = tx.queue(hold_blobs, pg::params(tenant, hashes));
        auto fresh = co_await tx.take(inserted);
        if (!fresh) co_return forward(fresh);
        for (const auto row : *fresh) heads.new_blobs.insert(row.get<std::string>(0));
        auto found = co_await tx.take(held);
        if (!found) co_return forward(found);
        for (const auto row : *found) heads.blobs.emplace(row.get<std::string>(1), row.get<BlobId>(0));
    }
    if (heads.blobs.size() < proposed.size())
        co_return unexpected(Fault::conflict, "The store is busy", "blobs vanish as fast as they are stored");
    co_return Result<void>{};
}

// One round trip more, for mail to public folders only.
Task<Result<void>> read_folders(pg::Transaction& tx, TenantId tenant, std::span<const Delivery> deliveries, Heads& heads) {
    std::vector<std::int64_t> accounts;
    std::vector<std::string> names;
    for (const auto& delivery : deliveries)
        for (const auto& recipient : delivery.recipients) {
            const auto head = heads.accounts.find(recipient.account);
            if (head == heads.accounts.end() || !head->second.is_public || recipient.mailbox) continue;
            for (auto& name : folder_names(recipient.written_to)) {
                accounts.push_back(recipient.account.value);
                names.push_back(std::move(name));
            }
        }
    if (names.empty()) co_return Result<void>{};
    auto rows = co_await tx.query(postable_folders, pg::params(tenant, accounts, names));
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {  // of several that differ by case alone, the oldest
        const auto id = row.get<MailboxId>(0);
        const auto account = row.get<AccountId>(1);
        heads.postable[{account, row.get<std::string>(2)}] = id;
        heads.mailboxes.try_emplace(id, MailboxHead{account, true, false, row.get<UidValidity>(3), row.get<std::int64_t>(4)});
    }
    co_return Result<void>{};
}

}  // namespace

std::vector<std::string> folder_names(const std::vector<std::string>& addresses) {
    constexpr std::size_t most = 40;
    std::vector<std::string> out;
    for (const std::string& address : addresses) {
        const std::string local = ascii::to_lower(std::string_view(address).substr(0, address.rfind('@')));
        if (!local.empty()) out.push_back(local);
        for (std::size_t i = 0; i + 1 < local.size() && out.size() < most; ++i)
            if (!ascii::is_alnum(local[i]) && static_cast<unsigned char>(local[i]) < 0x80) out.push_back(local.substr(i + 1));
    }
    return out;
}

std::vector<std::int64_t> thread_hashes(const mime::Summary& summary) {
    std::vector<std::int64_t> out;
    const auto add = [&](const std::string& id) {
        if (id.empty()) return;
        const auto digest = sha256(id + '\n' + summary.base_subject);
        std::int64_t hash = 0;
        std::memcpy(&hash, digest.data(), sizeof hash);
        out.push_back(hash);
    };
    for (const auto& id : summary.references) add(id);
    add(summary.message_id);
    return out;
}

Task<Result<Heads>> read_heads(pg::Transaction& tx, TenantId tenant, std::span<const Delivery> deliveries,
                               const std::map<std::string, std::pair<std::int64_t, const PreparedMessage*>>& proposed, Busy busy) {
    std::set<AccountId> wanted;
    std::set<MailboxId> named;
    std::set<ThreadKey> keys;
    for (const auto& delivery : deliveries) {
        const auto hashes = thread_hashes(delivery.message->summary);
        for (const auto& recipient : delivery.recipients) {
            wanted.insert(recipient.account);
            if (recipient.mailbox) named.insert(*recipient.mailbox);
            for (const auto hash : hashes) keys.emplace(recipient.account, hash);
        }
    }
    const std::vector<AccountId> accounts(wanted.begin(), wanted.end());
    const std::vector<MailboxId> mailboxes(named.begin(), named.end());
    std::vector<std::int64_t> key_accounts, key_hashes;
    for (const auto& [account, hash] : keys) {
        key_accounts.push_back(account.value);
        key_hashes.push_back(hash);
    }

    Heads heads;
    if (!accounts.empty()) {
        const auto locked = tx.queue(busy == Busy::skip ? lock_skipping : lock_waiting, pg::params(tenant, accounts));
        std::optional<pg::Transaction::Ticket> there;  // who waits for locks has them all
        if (busy == Busy::skip) there = tx.queue(existing_accounts, pg::params(tenant, accounts));
        const auto boxes = tx.queue(target_mailboxes, pg::params(tenant, accounts, mailboxes));
        const auto threads = tx.queue(known_threads, pg::params(tenant, key_accounts, key_hashes));
        // The blobs travel in the same round trip: hold_all() awaits last.
        auto blobs = co_await hold_all(tx, tenant, proposed, heads);
        if (!blobs) co_return forward(blobs);
        auto rows = co_await tx.take(locked);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows)
            heads.accounts[row.get<AccountId>(0)] = {row.get<std::int64_t>(1), row.get<std::optional<std::int64_t>>(2),
                                                     row.get<std::int64_t>(3), row.get<bool>(4), row.get<bool>(5)};
        if (there) {
            rows = co_await tx.take(*there);
            if (!rows) co_return forward(rows);
            for (const auto row : *rows) heads.existing.insert(row.get<AccountId>(0));
        }
        rows = co_await tx.take(boxes);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) {
            const MailboxHead box{row.get<AccountId>(1), row.get<bool>(2), row.get<bool>(3), row.get<UidValidity>(4),
                                  row.get<std::int64_t>(5)};
            heads.mailboxes[row.get<MailboxId>(0)] = box;
            if (box.inbox) heads.inboxes[box.account] = row.get<MailboxId>(0);
            if (row.get<std::int16_t>(6) == sent_use && box.selectable) {
                auto& sent = heads.sent[box.account];  // of several, the oldest
                sent = sent ? std::min(sent, row.get<MailboxId>(0)) : row.get<MailboxId>(0);
            }
        }
        rows = co_await tx.take(threads);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) heads.threads[{row.get<AccountId>(0), row.get<std::int64_t>(1)}] = row.get<ThreadId>(2);
        if (auto folders = co_await read_folders(tx, tenant, deliveries, heads); !folders) co_return forward(folders);
    } else {
        auto blobs = co_await hold_all(tx, tenant, proposed, heads);
        if (!blobs) co_return forward(blobs);
    }
    co_return heads;
}

}  // namespace sky::mailstore
