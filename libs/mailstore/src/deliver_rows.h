#pragma once
// The rows that a delivery writes, gathered as columns and sent as one statement a table; one message for one recipient as one statement.
#include <map>
#include <string>
#include <vector>

#include "sky/mailstore/deliver.h"

namespace sky::mailstore {

class DeliverRows {
  public:
    explicit DeliverRows(TenantId tenant) : tenant_(tenant) {}
    // All of these keep views into what they are given until queue().
    void add_blob(BlobId blob, const PreparedMessage& message);
    void add_email(EmailId email, const Recipient& recipient, ThreadId thread, BlobId blob, const mime::Summary& summary);
    void add_placement(MailboxId mailbox, Uid uid, EmailId email, ModSeq modseq, const Recipient& recipient, std::int32_t size);
    void add_thread(AccountId account, std::int64_t hash, ThreadId thread);
    void queue(pg::Transaction& tx) const;

  private:
    struct Growth {
        AccountId account;
        std::int64_t modseq = 0;
        std::int64_t first = 0;  // UIDs
        std::int64_t last = 0;
        std::int64_t messages = 0;
        std::int64_t unseen = 0;
        std::int64_t deleted = 0;
        std::int64_t octets = 0;
    };
    bool is_single() const;
    void queue_single(pg::Transaction& tx) const;
    void queue_blobs(pg::Transaction& tx) const;
    void queue_emails(pg::Transaction& tx) const;
    void queue_growth(pg::Transaction& tx) const;

    TenantId tenant_;
    std::vector<std::pair<BlobId, const PreparedMessage*>> blobs_;
    struct {
        std::vector<std::int64_t> id, account, thread, blob;
        std::vector<Time> received;
        std::vector<pg::Bytea> prefix;
        std::vector<const mime::Summary*> summary;
    } email_;
    struct {
        std::vector<std::int64_t> mailbox, uid, email, modseq, keywords;
        std::vector<Time> internal_date;
        std::vector<std::int32_t> size, system;
    } placement_;
    struct {
        std::vector<std::int64_t> account, hash, thread;
    } thread_;
    struct {
        std::vector<std::int64_t> mailbox;
        std::vector<std::int32_t> block;
    } marks_;
    std::map<MailboxId, Growth> growth_;
};

}  // namespace sky::mailstore
