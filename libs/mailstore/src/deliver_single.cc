// One new message for one recipient, as APPEND and quiet times have it: one statement with plain values. What many messages take, a scan of
// seventeen arrays to a table, costs more to begin and end than to run.
#include "deliver_rows.h"
#include "rows.h"
#include "sort_columns.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement add_single{
    "mailstore.add_single",
    "with frame as (insert into mail.blob_frame (tenant_id, blob_id, seq, start, plain_size, data) values ($1, $2, 0, 0, $3, $4)), "
    "summary as (insert into mail.summary (tenant_id, blob_id, size, header_size, tree, envelope, bodystructure, preview, message_id, "
    "from_text, to_text, cc_text, bcc_text, subject, base_subject, sent_at, has_attachment) values ($1, $2, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13, $14, $15, $16, $17, $18, $19)), "
    "email as (insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at, prefix, sort_from, sort_to, "
    "sort_cc, display_from, display_to, sort_subject, is_reply, sent_at, message_ref, parent_refs, sent_offset) values ($1, $20, $21, $22, "
    "$2, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)), "
    "placement as (insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system) values "
    "($1, $36, $37, $20, $38, $39, $23, $40, $41)), "
    "logged as (insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids) values ($1, $21, $38, 0, $36, 1, "
    "array[$37, $37]::bigint[])), "
    "box as (update mail.mailbox b set uid_next = $37 + 1, modseq = $38, messages = b.messages + 1, unseen = b.unseen + $42::bigint, "
    "deleted = b.deleted + $43::bigint, octets = b.octets + $40, marked = case when $43::bigint = 0 then b.marked else "
    "mail.marked_with(b.marked, array[$44::integer], b.deleted + $43::bigint) end where b.tenant_id = $1 and b.mailbox_id = $36) "
    "update mail.account a set modseq = $38, used_octets = a.used_octets + $40, used_messages = a.used_messages + 1 "
    "where a.tenant_id = $1 and a.account_id = $21"};

}  // namespace

bool DeliverRows::is_single() const {
    return blobs_.size() == 1 && blobs_.front().second->frames.size() == 1 && email_.id.size() == 1 && placement_.uid.size() == 1;
}

void DeliverRows::queue_single(pg::Transaction& tx) const {
    const auto& [blob, message] = blobs_.front();
    const Frame& frame = message->frames.front();
    const mime::Summary& s = message->summary;
    const mime::SortKeys& keys = email_.summary.front()->sort;
    const std::string parents = pack_refs(keys.parents);
    const Growth& growth = growth_.begin()->second;
    pg::Params params = pg::params(tenant_, blob, static_cast<std::int32_t>(frame.plain_size), pg::Bytea{frame.data});
    params.add(static_cast<std::int64_t>(message->size)).add(static_cast<std::int64_t>(s.header_size));
    params.add(pg::Bytea{s.tree}).add(pg::Bytea{s.envelope}).add(pg::Bytea{s.bodystructure}).add(s.preview).add(s.message_id);
    params.add(s.from).add(s.to).add(s.cc).add(s.bcc).add(s.subject).add(s.base_subject).add(s.sent).add(s.has_attachment);
    params.add(email_.id.front()).add(email_.account.front()).add(email_.thread.front()).add(email_.received.front());
    params.add(email_.prefix.front()).add(keys.from).add(keys.to).add(keys.cc).add(keys.display_from).add(keys.display_to);
    params.add(keys.subject).add(keys.is_reply).add(keys.sent).add(keys.message).add(pg::Bytea{parents}).add(keys.sent_offset);
    params.add(placement_.mailbox.front()).add(placement_.uid.front()).add(placement_.modseq.front()).add(placement_.keywords.front());
    params.add(placement_.size.front()).add(static_cast<std::int16_t>(placement_.system.front()));
    params.add(growth.unseen).add(growth.deleted).add(mark_block(placement_.uid.front()));
    tx.queue(add_single, params);
}

}  // namespace sky::mailstore
