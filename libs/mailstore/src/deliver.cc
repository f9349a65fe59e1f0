#include "sky/mailstore/deliver.h"

#include <algorithm>
#include <limits>

#include "deliver_heads.h"
#include "deliver_rows.h"
#include "pool.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement commit_at_leisure{"mailstore.commit_at_leisure", "select set_config('synchronous_commit', 'off', true)"};
constexpr pg::Statement take_ids{"mailstore.take_ids", "select nextval('mail.object_id') from generate_series(1, $1::integer)"};
constexpr std::size_t ids_in_block = 64;  // the sequence's increment

MailboxId public_folder(const Recipient& recipient, const Heads& heads) {
    for (const auto& name : folder_names(recipient.written_to))
        if (const auto known = heads.postable.find({recipient.account, name}); known != heads.postable.end()) return known->second;
    const auto inbox = heads.inboxes.find(recipient.account);
    return inbox != heads.inboxes.end() ? inbox->second : MailboxId{};
}

// Of one message: what its public folders have got, one copy each, by however many addresses it was written to.
using Posted = std::map<MailboxId, Placed>;

// Puts one recipient's copy into the rows to write, or says why not.
Result<Placed> place(const Delivery& delivery, const Recipient& recipient, BlobId blob, Heads& heads, ObjectIds& ids, DeliverRows& rows,
                     Posted& posted) {
    const auto account = heads.accounts.find(recipient.account);
    if (account == heads.accounts.end()) {
        if (heads.existing.contains(recipient.account))
            return unexpected(Fault::unavailable, "The mailbox is busy", "account locked by another writer");
        return unexpected(Fault::not_found, "No such account");
    }
    const auto& defaults = recipient.folder == Folder::sent ? heads.sent : heads.inboxes;
    const auto usual = defaults.find(recipient.account);
    const auto target = recipient.mailbox           ? *recipient.mailbox
                        : account->second.is_public ? public_folder(recipient, heads)
                        : usual == defaults.end()   ? MailboxId{}
                                                    : usual->second;
    if (const auto there = posted.find(target); account->second.is_public && there != posted.end()) return there->second;
    const auto box = heads.mailboxes.find(target);
    if (box == heads.mailboxes.end() || box->second.account != recipient.account || !box->second.selectable)
        return unexpected(Fault::not_found, "No such mailbox");
    const auto size = delivery.message->size + recipient.prefix.size();
    if (size > std::numeric_limits<std::int32_t>::max()) return unexpected(Fault::too_large, "The message is too large");
    auto& head = account->second;
    if (head.quota && head.used + static_cast<std::int64_t>(size) > *head.quota)
        return unexpected(Fault::over_quota, "The mailbox is full");
    if (box->second.uid_next > std::numeric_limits<std::uint32_t>::max()) return unexpected(Fault::limit, "The mailbox has no UIDs left");

    head.used += static_cast<std::int64_t>(size);
    const EmailId email{ids.next()};
    ThreadId thread{};
    const auto hashes = thread_hashes(delivery.message->summary);
    for (const auto hash : hashes)
        if (const auto known = heads.threads.find({recipient.account, hash}); known != heads.threads.end() && !thread)
            thread = known->second;
    if (!thread) thread = ThreadId{email.value};
    for (const auto hash : hashes)
        if (heads.threads.emplace(ThreadKey{recipient.account, hash}, thread).second) rows.add_thread(recipient.account, hash, thread);

    const ModSeq modseq{head.modseq + 1};  // one operation: all of this batch in an account shares it
    const Uid uid{static_cast<std::uint32_t>(box->second.uid_next++)};
    rows.add_email(email, recipient, thread, blob, delivery.message->summary);
    rows.add_placement(target, uid, email, modseq, recipient, static_cast<std::int32_t>(size));
    const Placed placed{target, box->second.uid_validity, uid, modseq, email};
    if (account->second.is_public) posted.emplace(target, placed);
    return placed;
}

// Accounts whose share of a pool is too small for all that comes draw more. One for which other writers hold what is left of its pool is
// busy, like one that they have locked.
Task<Result<void>> draw_shares(pg::Transaction& tx, TenantId tenant, std::span<const Delivery> deliveries, Heads& heads, Busy busy) {
    std::map<AccountId, std::int64_t> wanted;
    for (const auto& delivery : deliveries) {
        for (const auto& recipient : delivery.recipients) {
            const auto head = heads.accounts.find(recipient.account);
            if (head == heads.accounts.end() || !head->second.pooled) continue;
            const auto size = static_cast<std::int64_t>(delivery.message->size + recipient.prefix.size());
            wanted.try_emplace(recipient.account, head->second.used).first->second += size;
        }
    }
    const auto fits = [&](const auto& want) { return want.second <= heads.accounts.at(want.first).quota.value_or(0); };
    if (std::ranges::all_of(wanted, fits)) co_return Result<void>{};
    auto shares = co_await draw(tx, tenant, wanted);
    if (!shares) co_return forward(shares);
    for (const auto& [account, share] : *shares) {
        heads.accounts.at(account).quota = share.quota;
        if (!share.busy || share.quota >= wanted.at(account)) continue;
        if (busy == Busy::wait) co_return std::unexpected(pool_is_busy());
        heads.accounts.erase(account);
    }
    co_return Result<void>{};
}

}  // namespace

Task<Result<void>> ObjectIds::reserve(pg::Transaction& tx, std::size_t count) {
    while (free_.size() < count) {                                                                 // others may take some while we wait
        const auto blocks = static_cast<std::int32_t>((count - free_.size()) / ids_in_block + 8);  // some ahead, so that few calls ask
        auto rows = co_await tx.query(take_ids, pg::params(blocks));
        if (!rows) co_return forward(rows);
        std::vector<std::int64_t> fresh;
        for (const auto row : *rows)
            for (std::size_t i = 0; i < ids_in_block; ++i) fresh.push_back(row.get<std::int64_t>(0) + static_cast<std::int64_t>(i));
        // next() takes from the back: lower ids first, so that rows made together lie together.
        std::ranges::sort(fresh, std::greater<>());
        free_.insert(free_.begin(), fresh.begin(), fresh.end());
    }
    co_return Result<void>{};
}

std::int64_t ObjectIds::next() {
    const auto id = free_.back();
    free_.pop_back();
    return id;
}

Task<Result<void>> store_ahead(pg::Pool& pool, TenantId tenant, ObjectIds& ids, std::vector<const PreparedMessage*> messages,
                               Deadline deadline) {
    auto tx = co_await pool.begin(tenant, deadline);
    if (!tx) co_return forward(tx);
    tx->queue(commit_at_leisure, {});
    std::vector<Delivery> deliveries;
    for (const PreparedMessage* one : messages) deliveries.push_back({one, {}});
    auto stored = co_await deliver(*tx, tenant, ids, deliveries, Busy::wait);
    if (!stored) co_return forward(stored);
    co_return co_await tx->commit();
}

Task<Result<std::vector<Delivered>>> deliver(pg::Transaction& tx, TenantId tenant, ObjectIds& ids, std::span<const Delivery> deliveries,
                                             Busy busy) {
    std::size_t needed = deliveries.size();
    for (const auto& delivery : deliveries) needed += delivery.recipients.size();
    if (auto reserved = co_await ids.reserve(tx, needed); !reserved) co_return forward(reserved);

    std::map<std::string, std::pair<std::int64_t, const PreparedMessage*>> proposed;
    for (const auto& delivery : deliveries)
        if (!proposed.contains(delivery.message->sha256)) proposed[delivery.message->sha256] = {ids.next(), delivery.message};
    auto heads = co_await read_heads(tx, tenant, deliveries, proposed, busy);
    if (!heads) co_return forward(heads);
    if (auto drawn = co_await draw_shares(tx, tenant, deliveries, *heads, busy); !drawn) co_return forward(drawn);

    DeliverRows rows(tenant);
    std::vector<Delivered> out;
    // Another writer may have refilled or drained the shared ids while we waited: what we need is ours only now, without awaiting again.
    if (auto reserved = co_await ids.reserve(tx, needed); !reserved) co_return forward(reserved);
    for (const auto& delivery : deliveries) {
        Delivered done{heads->blobs.at(delivery.message->sha256), {}};
        Posted posted;
        for (const auto& recipient : delivery.recipients)
            done.outcomes.push_back(place(delivery, recipient, done.blob, *heads, ids, rows, posted));
        out.push_back(std::move(done));
    }
    for (const auto& hash : heads->new_blobs) rows.add_blob(heads->blobs.at(hash), *proposed.at(hash).second);
    rows.queue(tx);
    co_return out;
}

}  // namespace sky::mailstore
