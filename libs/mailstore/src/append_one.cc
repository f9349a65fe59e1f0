#include "append_one.h"

#include "deliver_heads.h"
#include "keywords.h"
#include "outcome.h"
#include "sky/failpoint/failpoint.h"
#include "sort_columns.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement append_message{
    "mailstore.append_message",
    "select a.* from mail.append_message($1::bigint, $2::bigint, $3::bigint, $4::text, $5::uuid, $6::bigint, $7::bytea, $8::bytea, "
    "$9::bigint, $10::bigint, $11::bytea, $12::bytea, $13::bytea, $14::text, $15::text, $16::text, $17::text, $18::text, $19::text, "
    "$20::text, $21::text, $22::timestamptz, $23::boolean, $24::bigint, $25::timestamptz, $26::text, $27::text, $28::text, $29::text, "
    "$30::text, $31::text, $32::boolean, $33::bigint, $34::bytea, $35::smallint, $36::bigint[], $37::smallint, $38::text[], null) "
    "a"};  // null: who waits too long for the account is ended by the limit that every statement has (pg::Pool::begin)

}  // namespace

Task<Result<AppendOne::Value>> AppendOne::run(pg::Transaction& tx) {
    ++runs;
    if (auto reserved = co_await ids.reserve(tx, 2); !reserved) co_return forward(reserved);
    const BlobId blob{ids.next()};
    const EmailId email{ids.next()};
    const PreparedMessage& octets = *message.message;
    const mime::Summary& s = octets.summary;
    const mime::SortKeys& keys = s.sort;
    const std::string parents = pack_refs(keys.parents);
    pg::Params params = pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, name, operation, blob, pg::Bytea{octets.sha256});
    params.add(pg::Bytea{octets.frames.front().data});
    params.add(static_cast<std::int64_t>(octets.size)).add(static_cast<std::int64_t>(s.header_size));
    params.add(pg::Bytea{s.tree}).add(pg::Bytea{s.envelope}).add(pg::Bytea{s.bodystructure}).add(s.preview).add(s.message_id);
    params.add(s.from).add(s.to).add(s.cc).add(s.bcc).add(s.subject).add(s.base_subject).add(s.sent).add(s.has_attachment);
    params.add(email).add(message.internal_date.value_or(now)).add(keys.from).add(keys.to).add(keys.cc);
    params.add(keys.display_from).add(keys.display_to).add(keys.subject).add(keys.is_reply).add(keys.message).add(pg::Bytea{parents});
    params.add(keys.sent_offset).add(thread_hashes(s));
    params.add(static_cast<std::int16_t>(message.system & all_system_flags)).add(distinct_keywords(message.keywords));
    const auto ticket = tx.queue(append_message, params);
    SKY_FAILPOINT("mailstore.before_commit");
    tx.queue_commit();
    auto rows = co_await tx.take(ticket);
    if (!rows) co_return forward(rows);
    const auto row = (*rows)[0];
    const auto outcome = static_cast<Outcome>(row.get<std::int16_t>(0));
    if (outcome == Outcome::share_used_up) co_return Value();
    if (outcome != Outcome::done) co_return refusal(outcome);
    const Placed placed{mailbox.mailbox, row.get<UidValidity>(2), row.get<Uid>(1), row.get<ModSeq>(3), email};
    co_return Appended{{mailbox.account, placed.modseq}, {placed}};
}

}  // namespace sky::mailstore
