#pragma once
// The first round trip of deliver(): locks taken and everything the plan needs, read.
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sky/mailstore/deliver.h"

namespace sky::mailstore {

struct AccountHead {
    std::int64_t modseq = 0;
    std::optional<std::int64_t> quota;
    std::int64_t used = 0;
    bool pooled = false;  // quota is its share of a pool, which may have more
    bool is_public = false;
};

struct MailboxHead {
    AccountId account;
    bool selectable = true;
    bool inbox = false;
    UidValidity uid_validity;
    std::int64_t uid_next = 1;
};

using ThreadKey = std::pair<AccountId, std::int64_t>;  // account, hash of message id and base subject

struct Heads {
    std::map<AccountId, AccountHead> accounts;  // those we hold locked
    std::set<AccountId> existing;
    std::map<MailboxId, MailboxHead> mailboxes;
    std::map<AccountId, MailboxId> inboxes, sent;  // sent: by its special use
    std::map<std::pair<AccountId, std::string>, MailboxId>
        postable;  // public folders that take mail, by name in lower case; of those asked for
    std::map<ThreadKey, ThreadId> threads;
    std::map<std::string, BlobId> blobs;  // by sha256; key-share locked
    std::set<std::string> new_blobs;      // inserted by us: their frames and summaries are still to be written
};

// What a public folder may be called that mail to these addresses is for, the likeliest first, in lower case.
std::vector<std::string> folder_names(const std::vector<std::string>& addresses);

// Hashes under which a message finds its thread: itself and what it refers to, each with the base subject.
std::vector<std::int64_t> thread_hashes(const mime::Summary& summary);

// `proposed`: an id for each distinct hash, used if the blob is new.
Task<Result<Heads>> read_heads(pg::Transaction& tx, TenantId tenant, std::span<const Delivery> deliveries,
                               const std::map<std::string, std::pair<std::int64_t, const PreparedMessage*>>& proposed, Busy busy);

}  // namespace sky::mailstore
