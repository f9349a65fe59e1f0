#include "delivery/queue/report.h"

#include "delivery/fingerprint.h"
#include "delivery/store/ingest.h"
#include "sky/mailstore/read.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr std::uint64_t most_header = 64 * 1024;
constexpr auto question_limit = 10s;

Task<Result<std::string>> read_header(pg::Pool& pool, TenantId tenant, BlobId blob) {
    auto reader = co_await mailstore::Reader(pool).open_blob(tenant, blob, 0, most_header, after(question_limit));
    if (!reader) co_return forward(reader);
    std::string header;
    for (;;) {
        auto piece = co_await reader->next(after(question_limit));
        if (!piece) co_return forward(piece);
        header += *piece;
        if (const auto end = header.find("\r\n\r\n"); end != std::string::npos) co_return header.substr(0, end + 2);
        if (piece->empty()) co_return header;
    }
}

Submission submission_of(QueueContext& queue, const store::Claimed& message, const ReportGround& ground,
                         std::vector<FailedRecipient> failed) {
    const auto now = SystemClock().now();
    const Report report{.reporting_mta = queue.options.hostname,
                        .to = message.sender,
                        .id = new_uuid(now),
                        .now = now,
                        .arrival = message.queued_at,
                        .original_header = ground.header,
                        .failed = std::move(failed)};
    Submission out;
    out.envelope.ingest = report.id;
    out.envelope.tenant = message.key.tenant;
    out.envelope.recipients = {{message.sender, {}, ground.target, ground.account}};
    out.envelope.received_at = now;
    out.envelope.protocol = "report";
    out.message_id = report_message_id(report);
    out.message = mailstore::prepare(write_report(report));
    out.fingerprint = fingerprint(out.envelope, out.message_id, out.message.sha256);
    return out;
}

}  // namespace

Task<Result<ReportGround>> report_ground(QueueContext& queue, const store::Claimed& message) {
    ReportGround ground;
    auto header = co_await read_header(queue.rooms.pool, message.key.tenant, message.blob);
    if (!header && header.error().fault != Fault::corrupt && header.error().fault != Fault::not_found) co_return forward(header);
    if (header) ground.header = std::move(*header);

    auto sender = co_await queue.rooms.identity.resolve(message.sender, after(question_limit));
    ground.addressable = sender || sender.error().fault != Fault::syntax;
    if (!sender) co_return ground;  // the worker that delivers the report asks again
    using Kind = identity::Recipient::Kind;
    ground.addressable = sender->kind == Kind::local || sender->kind == Kind::remote;
    if (sender->kind == Kind::remote) {
        ground.route = store::Route::remote;
    } else if (sender->targets.size() == 1 && sender->targets[0].account) {
        ground.route = store::Route::local;
        ground.target = sender->targets[0].tenant;
        ground.account = sender->targets[0].account;
    }
    co_return ground;
}

Task<Result<store::MessageKey>> queue_report(QueueContext& queue, pg::Transaction& tx, const store::Claimed& message,
                                             const ReportGround& ground, std::vector<FailedRecipient> failed) {
    const auto tenant = message.key.tenant;
    const auto submission = submission_of(queue, message, ground, std::move(failed));
    const Submission* const all[] = {&submission};
    auto heads = co_await store::insert_heads(tx, tenant, all);
    if (!heads) co_return forward(heads);
    if (heads->fresh.empty()) co_return unexpected(Fault::internal, {}, "the new id of a report is taken");
    const mailstore::Delivery only_blob{&submission.message, {}};
    auto stored = co_await mailstore::deliver(tx, tenant, queue.rooms.ids, {&only_blob, 1}, mailstore::Busy::wait);
    if (!stored) co_return forward(stored);
    if (auto reserved = co_await queue.rooms.ids.reserve(tx, 1); !reserved) co_return forward(reserved);

    const store::MessageKey key{tenant, QueueId{queue.rooms.ids.next()}};
    const auto& recipient = submission.envelope.recipients[0];
    const store::LedgerRow ledger{.ingest = submission.envelope.ingest,
                                  .position = 0,
                                  .recipient = recipient.address,
                                  .account = ground.account,
                                  .outcome = "queued",
                                  .detail = {},
                                  .mailbox = {},
                                  .uid = {}};
    const store::NewMessage row{key.id, submission.envelope.ingest, stored->front().blob,
                                {},     submission.message_id,      static_cast<std::int64_t>(submission.message.size)};
    const store::NewRecipient waiting{.message = key.id,
                                      .position = 0,
                                      .recipient = recipient.address,
                                      .original = {},
                                      .route = ground.route,
                                      .target = ground.target,
                                      .account = ground.account,
                                      .due_in = {},
                                      .expires_in = queue.options.schedule.bounce_life,
                                      .last_reply = {}};
    store::insert_ledger(tx, tenant, {&ledger, 1});
    store::insert(tx, tenant, {&row, 1}, {&waiting, 1});
    co_return key;
}

}  // namespace sky::delivery
