#include "delivery/queue/report.h"

#include "delivery/queue/letter.h"
#include "sky/mailstore/read.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr std::uint64_t most_header = 64 * 1024;
constexpr auto question_limit = 10s;

}  // namespace

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
    const auto now = SystemClock().now();
    const Report report{.reporting_mta = queue.options.hostname,
                        .to = message.sender,
                        .id = new_uuid(now),
                        .now = now,
                        .arrival = message.queued_at,
                        .original_header = ground.header,
                        .failed = std::move(failed)};
    const identity::Target sender{ground.target, ground.account, message.sender};
    auto out = letter(message.key.tenant, report.id, "report", report_message_id(report), write_report(report), {&sender, 1},
                      queue.options.schedule.bounce_life);
    out.rows.front().route = ground.route;
    co_return co_await queue_letter(queue, tx, out);
}

}  // namespace sky::delivery
