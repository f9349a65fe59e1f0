#include "delivery/queue/outbound.h"

#include <algorithm>
#include <set>

#include "delivery/metrics.h"
#include "delivery/queue/unreadable.h"
#include "delivery/relay/client.h"
#include "sky/mailstore/read.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr auto frame_limit = 20s;
constexpr auto fence_limit = 5s;
constexpr auto permit_limit = 2s;

bool has_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 127; });
}

// The message on its way out: one frame at a time, the first read ahead.
struct Body {
    mailstore::BodyReader reader;
    std::string ahead;
};

Task<Result<std::string>> next_piece(std::shared_ptr<Body> body) {
    if (!body->ahead.empty()) co_return std::exchange(body->ahead, {});
    co_return co_await body->reader.next(after(frame_limit));
}

Task<Result<bool>> find_eight_bit(pg::Pool& pool, store::MessageKey key, BlobId blob) {
    auto reader = co_await mailstore::Reader(pool).open_blob(key.tenant, blob, 0, UINT64_MAX, after(frame_limit));
    if (!reader) co_return forward(reader);
    for (;;) {
        auto piece = co_await reader->next(after(frame_limit));
        if (!piece) co_return forward(piece);
        if (piece->empty()) co_return false;
        if (has_eight_bit(*piece)) co_return true;
    }
}

Task<Result<bool>> still_ours(QueueContext& queue, const store::Claimed& message, std::vector<store::ClaimedRecipient> recipients) {
    auto mine = co_await store::still_mine(queue.rooms.pool, queue.worker, message, recipients, queue.options.lease, after(fence_limit));
    if (mine && !*mine) {
        fenced.add();
        log::warning("delivery.relay.fenced", {{"tenant", message.key.tenant}, {"queue_id", message.key.id}});
    }
    co_return mine;
}

Task<Result<RelayMessage>> relay_message(QueueContext& queue, const store::Claimed& message, const std::vector<RemoteTarget>& targets) {
    auto reader =
        co_await mailstore::Reader(queue.rooms.pool).open_blob(message.key.tenant, message.blob, 0, UINT64_MAX, after(frame_limit));
    if (!reader) co_return forward(reader);
    auto body = std::make_shared<Body>(std::move(*reader), std::string());
    auto first = co_await next_piece(body);
    if (!first) co_return forward(first);

    RelayMessage out;
    out.sender = message.sender;
    out.size = body->reader.size();
    if (first->size() == out.size || has_eight_bit(*first)) out.eight_bit = has_eight_bit(*first);
    body->ahead = std::move(*first);
    std::set<std::size_t> involved;
    for (const auto& target : targets) {
        out.recipients.push_back(target.address);
        involved.insert(target.of);
    }
    std::vector<store::ClaimedRecipient> recipients;
    for (const auto of : involved) recipients.push_back(message.recipients[of]);
    out.next = [body] { return next_piece(body); };
    out.find_eight_bit = [&queue, key = message.key, blob = message.blob] { return find_eight_bit(queue.rooms.pool, key, blob); };
    out.still_ours = [&queue, &message, recipients] { return still_ours(queue, message, recipients); };
    co_return out;
}

Verdict verdict_of(RelayResult result) {
    switch (result.kind) {
        case RelayResult::Kind::sent:
            return {Verdict::Kind::done, "relayed", std::move(result.reply), std::move(result.said_by), {}};
        case RelayResult::Kind::failed:
            return {Verdict::Kind::failed, {}, std::move(result.reply), std::move(result.said_by), {}};
        case RelayResult::Kind::later:
            break;
    }
    return {Verdict::Kind::later, {}, std::move(result.reply), std::move(result.said_by), {}};
}

}  // namespace

Task<std::vector<Verdict>> send_out(QueueContext& queue, const store::Claimed& message, const std::vector<RemoteTarget>& targets) {
    const auto all = [&](Verdict verdict) { return std::vector<Verdict>(targets.size(), std::move(verdict)); };
    if (queue.options.smarthost.host.empty()) co_return all(later("450 4.4.1 no smarthost is set"));
    auto permit = co_await queue.relays.acquire(after(permit_limit));
    if (!permit) co_return all(later_for_us("450 4.4.5 too many connections to the next hop"));
    auto out = co_await relay_message(queue, message, targets);
    if (!out) co_return all(unreadable(message, out.error()));
    auto results = co_await relay(queue.options.smarthost, std::move(*out));
    std::vector<Verdict> verdicts;
    for (auto& result : results) verdicts.push_back(verdict_of(std::move(result)));
    co_return verdicts;
}

}  // namespace sky::delivery
