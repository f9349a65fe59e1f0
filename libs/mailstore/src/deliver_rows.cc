#include "deliver_rows.h"

#include "rows.h"
#include "sort_columns.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement add_frames{"mailstore.add_frames",
                                   "insert into mail.blob_frame (tenant_id, blob_id, seq, start, plain_size, data) select $1, u.* from "
                                   "unnest($2::bigint[], $3::integer[], $4::bigint[], $5::integer[], $6::bytea[]) u"};
constexpr pg::Statement add_summaries{
    "mailstore.add_summaries",
    "insert into mail.summary (tenant_id, blob_id, size, header_size, tree, envelope, bodystructure, preview, message_id, from_text, "
    "to_text, "
    "cc_text, bcc_text, subject, base_subject, sent_at, has_attachment) "
    "select $1, u.blob, u.size, u.header, u.tree, u.envelope, u.structure, u.preview, u.message_id, u.from_text, u.to_text, u.cc_text, "
    "u.bcc_text, "
    "u.subject, u.base, case when u.sent > -9223372036854775808 then timestamptz 'epoch' + u.sent * interval '1 microsecond' end, "
    "u.attachment "
    "from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::text[], "
    "$11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::bigint[], $17::boolean[]) u (blob, size, header, tree, "
    "envelope, "
    "structure, preview, message_id, from_text, to_text, cc_text, bcc_text, subject, base, sent, attachment)"};
constexpr pg::Statement add_emails{
    "mailstore.add_emails",
    "insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at, prefix, sort_from, sort_to, sort_cc, "
    "display_from, display_to, sort_subject, is_reply, sent_at, message_ref, parent_refs, sent_offset) select $1, u.id, u.account, "
    "u.thread, u.blob, "
    "u.received, u.prefix, u.a, u.b, u.c, u.d, u.f, u.g, u.reply, case when u.sent > -9223372036854775808 then timestamptz 'epoch' + "
    "u.sent "
    "* interval '1 microsecond' end, u.message, u.parents, u.zone from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], "
    "$6::timestamptz[], $7::bytea[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[], "
    "$15::bigint[], $16::bigint[], $17::bytea[], $18::integer[]) u (id, account, thread, blob, received, prefix, a, b, c, d, f, g, reply, "
    "sent, message, parents, zone)"};
constexpr pg::Statement add_placements{
    "mailstore.add_placements",
    "insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system) select $1, u.* from "
    "unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::integer[], $9::smallint[]) u"};
constexpr pg::Statement add_threads{"mailstore.add_threads",
                                    "insert into mail.thread_ref (tenant_id, account_id, ref, thread_id) select $1, u.* from "
                                    "unnest($2::bigint[], $3::bigint[], $4::bigint[]) u on conflict do nothing"};
constexpr pg::Statement grow_mailboxes{
    "mailstore.grow_mailboxes",
    "update mail.mailbox b set uid_next = u.last + 1, modseq = u.modseq, messages = b.messages + u.messages, unseen = b.unseen + u.unseen, "
    "deleted = b.deleted + u.deleted, octets = b.octets + u.octets, marked = case when u.deleted = 0 then b.marked else "
    "mail.marked_with(b.marked, array(select m.block from unnest($9::bigint[], $10::integer[]) m (id, block) where m.id = b.mailbox_id), "
    "b.deleted + u.deleted) end from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], "
    "$6::bigint[], $7::bigint[], $8::bigint[]) u (id, last, modseq, messages, unseen, deleted, octets) "
    "where b.tenant_id = $1 and b.mailbox_id = u.id"};
constexpr pg::Statement grow_accounts{
    "mailstore.grow_accounts",
    "update mail.account a set modseq = u.modseq, used_octets = a.used_octets + u.octets, used_messages = a.used_messages + u.messages "
    "from (select x.account, max(x.modseq) as modseq, sum(x.octets)::bigint as octets, sum(x.messages)::bigint as messages from "
    "unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) x (account, modseq, octets, messages) group by x.account) u "
    "where a.tenant_id = $1 and a.account_id = u.account"};
constexpr pg::Statement log_added{
    "mailstore.log_added",
    "insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids) "
    "select $1, u.account, u.modseq, row_number() over (partition by u.account order by u.mailbox) - 1, u.mailbox, 1, array[u.first, "
    "u.last] "
    "from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) u (account, modseq, mailbox, first, last)"};

}  // namespace

void DeliverRows::add_blob(BlobId blob, const PreparedMessage& message) { blobs_.emplace_back(blob, &message); }

void DeliverRows::add_email(EmailId email, const Recipient& recipient, ThreadId thread, BlobId blob, const mime::Summary& summary) {
    email_.id.push_back(email.value);
    email_.account.push_back(recipient.account.value);
    email_.thread.push_back(thread.value);
    email_.blob.push_back(blob.value);
    email_.received.push_back(recipient.internal_date);
    email_.prefix.push_back({recipient.prefix});
    email_.summary.push_back(&summary);
}

void DeliverRows::add_placement(MailboxId mailbox, Uid uid, EmailId email, ModSeq modseq, const Recipient& recipient, std::int32_t size) {
    placement_.mailbox.push_back(mailbox.value);
    placement_.uid.push_back(uid.value);
    placement_.email.push_back(email.value);
    placement_.modseq.push_back(modseq.value);
    placement_.keywords.push_back(static_cast<std::int64_t>(recipient.keywords));
    placement_.internal_date.push_back(recipient.internal_date);
    placement_.size.push_back(size);
    placement_.system.push_back(recipient.flags & all_system_flags);
    if ((recipient.flags & deleted) != 0) {
        marks_.mailbox.push_back(mailbox.value);
        marks_.block.push_back(mark_block(uid.value));
    }
    auto& growth = growth_[mailbox];
    if (growth.messages == 0) growth.first = uid.value;
    growth.account = recipient.account;
    growth.modseq = modseq.value;
    growth.last = uid.value;
    growth.messages += 1;
    growth.unseen += (recipient.flags & seen) == 0 ? 1 : 0;
    growth.deleted += (recipient.flags & deleted) != 0 ? 1 : 0;
    growth.octets += size;
}

void DeliverRows::add_thread(AccountId account, std::int64_t hash, ThreadId thread) {
    thread_.account.push_back(account.value);
    thread_.hash.push_back(hash);
    thread_.thread.push_back(thread.value);
}

void DeliverRows::queue_blobs(pg::Transaction& tx) const {
    std::vector<std::int64_t> frame_blob, start, id, size, header, sent;
    std::vector<std::int32_t> seq, plain;
    std::vector<pg::Bytea> data, tree, envelope, structure;
    std::vector<std::string_view> preview, message_id, from, to, cc, bcc, subject, base;
    std::vector<bool> attachment;
    for (const auto& [blob, message] : blobs_) {
        std::int32_t number = 0;
        for (const auto& frame : message->frames) {
            frame_blob.push_back(blob.value);
            seq.push_back(number++);
            start.push_back(static_cast<std::int64_t>(frame.start));
            plain.push_back(static_cast<std::int32_t>(frame.plain_size));
            data.push_back({frame.data});
        }
        const auto& s = message->summary;
        id.push_back(blob.value);
        size.push_back(static_cast<std::int64_t>(message->size));
        header.push_back(static_cast<std::int64_t>(s.header_size));
        tree.push_back({s.tree});
        envelope.push_back({s.envelope});
        structure.push_back({s.bodystructure});
        preview.push_back(s.preview);
        message_id.push_back(s.message_id);
        from.push_back(s.from);
        to.push_back(s.to);
        cc.push_back(s.cc);
        bcc.push_back(s.bcc);
        subject.push_back(s.subject);
        base.push_back(s.base_subject);
        sent.push_back(s.sent ? unix_micros(*s.sent) : no_date);
        attachment.push_back(s.has_attachment);
    }
    if (!frame_blob.empty()) tx.queue(add_frames, pg::params(tenant_, frame_blob, seq, start, plain, data));
    tx.queue(add_summaries, pg::params(tenant_, id, size, header, tree, envelope, structure, preview, message_id, from, to, cc, bcc,
                                       subject, base, sent, attachment));
}

void DeliverRows::queue_emails(pg::Transaction& tx) const {
    std::vector<std::string_view> from, to, cc, display_from, display_to, subject;
    std::vector<bool> reply;
    std::vector<std::int64_t> sent, message;
    std::vector<std::int32_t> zone;
    std::vector<std::string> packed;
    std::vector<pg::Bytea> parents;
    for (const mime::Summary* summary : email_.summary) {
        const mime::SortKeys& keys = summary->sort;
        from.push_back(keys.from);
        to.push_back(keys.to);
        cc.push_back(keys.cc);
        display_from.push_back(keys.display_from);
        display_to.push_back(keys.display_to);
        subject.push_back(keys.subject);
        reply.push_back(keys.is_reply);
        sent.push_back(keys.sent ? unix_micros(*keys.sent) : no_date);
        zone.push_back(keys.sent_offset);
        message.push_back(keys.message);
        packed.push_back(pack_refs(keys.parents));
    }
    for (const std::string& each : packed) parents.push_back({each});
    tx.queue(add_emails, pg::params(tenant_, email_.id, email_.account, email_.thread, email_.blob, email_.received, email_.prefix, from,
                                    to, cc, display_from, display_to, subject, reply, sent, message, parents, zone));
}

void DeliverRows::queue_growth(pg::Transaction& tx) const {
    std::vector<std::int64_t> mailbox, account, modseq, first, last, messages, unseen, deleted, octets;
    for (const auto& [id, growth] : growth_) {
        mailbox.push_back(id.value);
        account.push_back(growth.account.value);
        modseq.push_back(growth.modseq);
        first.push_back(growth.first);
        last.push_back(growth.last);
        messages.push_back(growth.messages);
        unseen.push_back(growth.unseen);
        deleted.push_back(growth.deleted);
        octets.push_back(growth.octets);
    }
    tx.queue(grow_mailboxes, pg::params(tenant_, mailbox, last, modseq, messages, unseen, deleted, octets, marks_.mailbox, marks_.block));
    tx.queue(grow_accounts, pg::params(tenant_, account, modseq, octets, messages));
    tx.queue(log_added, pg::params(tenant_, account, modseq, mailbox, first, last));
}

void DeliverRows::queue(pg::Transaction& tx) const {
    if (is_single()) {
        queue_single(tx);
        if (!thread_.hash.empty()) tx.queue(add_threads, pg::params(tenant_, thread_.account, thread_.hash, thread_.thread));
        return;
    }
    if (!blobs_.empty()) queue_blobs(tx);
    if (email_.id.empty()) return;
    queue_emails(tx);
    tx.queue(add_placements, pg::params(tenant_, placement_.mailbox, placement_.uid, placement_.email, placement_.modseq,
                                        placement_.keywords, placement_.internal_date, placement_.size, placement_.system));
    if (!thread_.hash.empty()) tx.queue(add_threads, pg::params(tenant_, thread_.account, thread_.hash, thread_.thread));
    queue_growth(tx);
}

}  // namespace sky::mailstore
