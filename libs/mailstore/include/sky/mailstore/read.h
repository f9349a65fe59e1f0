#pragma once
// Reading a mailbox: placements for a view, changes above a watermark, summaries, octets.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"
#include "sky/mime/tree.h"

namespace sky::mailstore {

// Everything that changed above a watermark. Take mailbox.modseq as the next watermark: nothing at or below it is missing.
struct Changes {
    Mailbox mailbox;                    // as of that moment
    std::vector<Placement> placements;  // new and changed, by UID
    UidSet vanished;                    // expunged since; may name UIDs that the caller never saw
    bool complete = true;               // false: the log no longer reaches back; every UID not loaded again may be gone
};

struct Vanished {
    Mailbox mailbox;             // as of that moment
    std::optional<UidSet> uids;  // none when the log no longer reaches back
};

// How many messages each block of UIDs holds: enough to number messages without reading them. Block n is UIDs n * 4,096 + 1 and on.
inline constexpr std::uint32_t uid_block = 4096;
struct Numbering {
    Mailbox mailbox;
    std::vector<std::uint16_t> counts;  // by block, up to the last that holds any
};

// An annotation that was set or went (metadata.h); MailboxId{} for the server's.
struct MetadataChange {
    MailboxId mailbox;
    std::string entry;
    ModSeq modseq;
};

// What a watcher of a whole account reads when it has changed.
struct AccountChanges {
    ModSeq modseq;                         // of the account as of that moment
    bool names_changed = false;            // mailboxes made, renamed, removed, subscriptions: list them again
    std::vector<Mailbox> mailboxes;        // whose messages changed, as they are now
    std::vector<MetadataChange> metadata;  // shared ones and the account's own, by MODSEQ
};

// What FETCH asks beside flags.
struct EmailText {
    EmailId email;
    ThreadId thread;
    BlobId blob;
    std::uint32_t prefix_size = 0;
    std::uint64_t blob_size = 0;
    std::uint64_t header_size = 0;  // of the blob, without the prefix
    std::string envelope;
    std::string bodystructure;
    std::string preview;
    std::string tree;                     // packed; mime::unpack(); only when asked for
    std::string attachments;              // their text, by Reader::add_attachments
    std::uint32_t attachment_octets = 0;  // of that text, where a converter read it; only when asked for
};

enum class Want : unsigned { basics = 0, envelope = 1, bodystructure = 2, preview = 4, tree = 8, attachments = 16 };
constexpr Want operator|(Want a, Want b) { return static_cast<Want>(static_cast<unsigned>(a) | static_cast<unsigned>(b)); }
constexpr bool has(Want set, Want one) { return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0; }

// Decoded header text kept for searching.
enum class SearchField { from, to, cc, bcc, subject };

inline constexpr std::size_t most_field_text = 512;  // octets
struct FieldText {
    std::string folded;  // libs/mime fold.h; at most most_field_text
    bool whole = true;   // false: only its beginning
};

// Streams the octets of one message (prefix, then blob) in pieces of at most frame_octets; holds one frame at a time.
class BodyReader {
  public:
    // The next piece of the range; empty at its end. Fault::corrupt, Fault::not_found when the message is gone.
    Task<Result<std::string>> next(Deadline deadline);
    // The octets of the range, cut to the message.
    std::uint64_t size() const { return size_; }

  private:
    friend class Reader;
    Task<Result<std::string>> frame(std::uint64_t in_blob, Deadline deadline);
    pg::Pool* pool_ = nullptr;
    TenantId tenant_;
    BlobId blob_;
    std::string prefix_;
    std::uint64_t at_ = 0;
    std::uint64_t end_ = 0;
    std::uint64_t size_ = 0;
};

class Reader {
  public:
    explicit Reader(pg::Pool& pool) : pool_(&pool) {}

    // Placements with uid in [range], by UID, at most `limit`.
    Task<Result<std::vector<Placement>>> load(MailboxRef mailbox, UidRange range, std::size_t limit, Deadline deadline);
    // The account's MODSEQ alone: has anything changed at all? One row.
    Task<Result<ModSeq>> modseq(AccountRef account, Deadline deadline);
    // One round trip, by the change log and so whatever the mailbox's size; two, and a walk through the mailbox, below the log's floor.
    Task<Result<Changes>> changes(MailboxRef mailbox, ModSeq since, Deadline deadline);
    // UIDs expunged after `since` (RFC 7162 VANISHED EARLIER), up to the mailbox's MODSEQ.
    Task<Result<Vanished>> vanished(MailboxRef mailbox, ModSeq since, Deadline deadline);

    // The mailbox's row and its counts at one moment, in one round trip. The first time, and after a long while, a walk through the
    // mailbox's index, whose result is kept for large ones.
    Task<Result<Numbering>> numbering(MailboxRef mailbox, Deadline deadline);
    // The UIDs that are there, within [range]: a walk through the index.
    Task<Result<UidSet>> present(MailboxRef mailbox, UidRange range, Deadline deadline);
    // Octets of the messages marked \Deleted, by mailbox; those without any are left out (RFC 9208 §4.1.4).
    Task<Result<std::map<MailboxId, std::int64_t>>> deleted_octets(TenantId tenant, std::vector<MailboxId> mailboxes, Deadline deadline);
    // One round trip. Fault::not_found without such an account.
    Task<Result<AccountChanges>> account_changes(AccountRef account, ModSeq since, Deadline deadline);

    // In the order asked; emails that are gone are left out. Ask for at most some thousands at once.
    Task<Result<std::vector<EmailText>>> texts(TenantId tenant, std::vector<EmailId> emails, Want want, Deadline deadline);

    // Adds the text of attachments where there is one. Ask for as many as may be in memory at once: attachment_octets says how large they
    // are.
    Task<Result<void>> add_attachments(TenantId tenant, std::vector<EmailText*> texts, Deadline deadline);

    // Octets [offset, offset + size) of prefix + blob.
    Task<Result<BodyReader>> open(TenantId tenant, EmailId email, std::uint64_t offset, std::uint64_t size, Deadline deadline);
    // The same for a blob alone (the queue reads its messages so).
    Task<Result<BodyReader>> open_blob(TenantId tenant, BlobId blob, std::uint64_t offset, std::uint64_t size, Deadline deadline);
    // All of it at once; Fault::too_large past `limit`.
    Task<Result<std::string>> read(TenantId tenant, EmailId email, std::uint64_t offset, std::uint64_t size, std::uint64_t limit,
                                   Deadline deadline);

    // The headers (with the prefix) or the whole octets of many messages in one round trip, in the order asked; a message that is gone is
    // empty. For small messages: the caller bounds the sum of sizes.
    enum class Extent { header, whole };
    Task<Result<std::vector<std::string>>> octets(TenantId tenant, std::vector<EmailId> emails, Extent extent, Deadline deadline);

    // The header fields kept for searching of each email, in the order asked: From, To, Cc, Bcc, Subject. Empty for one that is gone.
    Task<Result<std::vector<std::vector<std::string>>>> fields(TenantId tenant, std::vector<EmailId> emails, Deadline deadline);

    // One field of each as search_field() compares it, in the order asked. Empty for one that is gone or has no such field.
    Task<Result<std::vector<FieldText>>> field_texts(TenantId tenant, std::vector<EmailId> emails, SearchField field, Deadline deadline);

    // Those of `emails`, in their order, whose field contains the needle (i;unicode-casemap, RFC 5051; empty: the field exists).
    Task<Result<std::vector<EmailId>>> search_field(TenantId tenant, std::vector<EmailId> emails, SearchField field, std::string needle,
                                                    Deadline deadline);

    // Slow, exact: those of `emails`, in their order, whose decoded text contains the needle. BODY: text parts and messages within; TEXT:
    // all header lines too. Reads whole messages, many at a time.
    enum class Scan { header_field, body, text };
    Task<Result<std::vector<EmailId>>> search_text(TenantId tenant, std::vector<EmailId> emails, Scan scan, std::string field,
                                                   std::string needle, Deadline deadline);

    // The same for searches that are meant roughly (likeness.h): how like each one is that is like it at all, 1 to 100.
    Task<Result<std::map<EmailId, unsigned>>> score_field(TenantId tenant, std::vector<EmailId> emails, SearchField field,
                                                          std::string needle, Deadline deadline);
    Task<Result<std::map<EmailId, unsigned>>> score_text(TenantId tenant, std::vector<EmailId> emails, Scan scan, std::string field,
                                                         std::string needle, Deadline deadline);

    // Emails of a thread in an account, oldest first (RFC 8474 THREADID).
    Task<Result<std::vector<EmailId>>> thread(AccountRef account, ThreadId thread, Deadline deadline);

  private:
    pg::Pool* pool_;
};

}  // namespace sky::mailstore
