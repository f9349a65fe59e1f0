// ListDeleted, RestoreDeleted.
#include "sky/mailstore/deleted.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/moments.h"
#include "auth/rpc/write.h"
#include "skybridge/admin/v1/deleted.pb.h"

namespace sky::auth {
namespace {
constexpr std::int32_t most_restored = 10'000;
constexpr int most_ids = 1000;

// Where a page ended: the message, and when it was deleted.
std::string page_end(const mailstore::DeletedMessage& row) {
    return std::to_string(unix_micros(row.deleted_at)) + "@" + mailstore::text_of(row.id);
}
std::optional<mailstore::DeletedCursor> page_start(std::string_view text) {
    const auto at = text.find('@');
    if (at == text.npos) return std::nullopt;
    const auto micros = ascii::number(text.substr(0, at), INT64_MAX / 1000);
    const auto id = mailstore::deleted_id(text.substr(at + 1));
    if (!micros || !id) return std::nullopt;
    return mailstore::DeletedCursor{from_unix_micros(static_cast<std::int64_t>(*micros)), *id};
}

admin_v1::DeletedMessage message(const mailstore::DeletedMessage& row) {
    admin_v1::DeletedMessage out;
    out.set_id(mailstore::text_of(row.id));
    out.set_folder(row.mailbox);
    out.set_from(row.from);
    out.set_subject(row.subject);
    out.set_received(unix_seconds(row.internal_date));
    out.set_deleted(unix_seconds(row.deleted_at));
    out.set_size_bytes(row.size);
    return out;
}

Task<Result<admin_v1::ListDeletedReply>> list(AuthShard& shard, Caller caller, const admin_v1::ListDeletedRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    const auto after_it = page_start(page.after);
    if (!page.after.empty() && !after_it) co_return unexpected(Fault::syntax, "no page begins there");
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto rows =
        co_await mailstore::list_deleted(shard.pool(), {mailbox->tenant_id, mailbox->account}, after_it, page.size, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListDeletedReply reply;
    for (const auto& row : *rows) *reply.add_messages() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(page_end(rows->back()));
    co_return reply;
}

struct Restoring {
    MailboxRow mailbox;
    mailstore::DeletedFilter filter;
    mailstore::Changed* changed;  // what gateways are told of
};
Task<Result<Written<admin_v1::RestoreDeletedReply>>> restore(AuthShard&, pg::Transaction& transaction, const Restoring& what) {
    auto done =
        co_await mailstore::restore_deleted(transaction, {what.mailbox.tenant_id, what.mailbox.account}, what.filter, most_restored);
    if (!done) co_return forward(done);
    *what.changed = done->changed;
    admin_v1::RestoreDeletedReply reply;
    reply.set_restored(done->messages);
    reply.set_remaining(done->remaining);
    co_return Written<admin_v1::RestoreDeletedReply>{std::move(reply),
                                                     {.tenant = what.mailbox.tenant_id,
                                                      .action = "mailbox.restore_deleted",
                                                      .object = what.mailbox.address,
                                                      .detail = "{\"restored\": " + std::to_string(done->messages) + "}"}};
}

Result<mailstore::DeletedFilter> filter_of(const admin_v1::RestoreDeletedRequest& request) {
    if (!request.all() && request.ids().empty() && request.folder().empty() && request.since() == 0)
        return unexpected(Fault::syntax, "say which messages: ids, a folder, since when, or all");
    if (request.ids_size() > most_ids) return unexpected(Fault::too_large, "at most 1000 ids at once");
    mailstore::DeletedFilter out;
    for (const auto& text : request.ids()) {
        const auto id = mailstore::deleted_id(text);
        if (!id) return unexpected(Fault::syntax, "this is no id of a deleted message");
        out.ids.push_back(*id);
    }
    if (!request.folder().empty()) out.mailbox = request.folder();
    if (request.since() != 0) {
        const auto since = time_of(request.since());
        if (!since) return forward(since);
        out.since = *since;
    }
    return out;
}

Task<Result<admin_v1::RestoreDeletedReply>> restore_them(AuthShard& shard, Caller caller, const admin_v1::RestoreDeletedRequest& request) {
    auto filter = filter_of(request);
    if (!filter) co_return forward(filter);
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    mailstore::Changed changed{mailbox->account, ModSeq{}};
    const Restoring what{*mailbox, std::move(*filter), &changed};
    auto reply = co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, what, &restore);
    if (reply) shard.mail_changed(changed);
    co_return reply;
}
}  // namespace

void serve_deleted(AdminMethods& methods) {
    methods.add(&list);
    methods.add(&restore_them);
}

}  // namespace sky::auth
