#include "delivery/queue/moderation.h"

#include <algorithm>

#include "delivery/queue/letter.h"
#include "delivery/queue/report.h"
#include "delivery/queue/unreadable.h"
#include "delivery/request.h"
#include "delivery/store/moderation.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/mailstore/read.h"
#include "sky/smtp-proto/decision.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr auto question_limit = 10s;
constexpr auto frame_limit = 20s;
constexpr auto turn_limit = 60s;
constexpr std::int64_t most_attached = 16 * 1024 * 1024;
constexpr std::size_t prepared_here = 64 * 1024;  // a larger mail would hold the shard up
constexpr std::size_t most_note = 200;
using Kind = identity::Recipient::Kind;

Verdict unanswered(const Error& error) {
    if (error.fault == Fault::syntax) return failed("553 5.1.3 not an address");
    return later_for_us("451 4.3.0 the directory can't be asked now");
}

Task<Result<std::string>> read_whole(pg::Pool& pool, TenantId tenant, BlobId blob) {
    auto reader = co_await mailstore::Reader(pool).open_blob(tenant, blob, 0, UINT64_MAX, after(frame_limit));
    if (!reader) co_return forward(reader);
    std::string out;
    for (;;) {
        auto piece = co_await reader->next(after(frame_limit));
        if (!piece) co_return forward(piece);
        if (piece->empty()) co_return out;
        out += *piece;
    }
}

// Of large mail, made ready on another thread.
Task<Result<Letter>> finish(QueueContext& queue, std::function<Letter()> write, std::size_t size) {
    if (size <= prepared_here || !queue.rooms.offload) co_return write();
    co_return co_await queue.rooms.offload->run(after(turn_limit), [write = std::move(write)]() -> Result<Letter> { return write(); });
}

Task<Result<Letter>> request_letter(QueueContext& queue, const store::Claimed& message, const std::string& group,
                                    std::vector<identity::Target> moderators, std::string token) {
    Semaphore::Permit permit;
    if (message.size > static_cast<std::int64_t>(prepared_here)) {
        auto turn = co_await queue.large.acquire(after(turn_limit));
        if (!turn) co_return forward(turn);
        permit = std::move(*turn);
    }
    const auto now = SystemClock().now();
    ModerationRequest request{.host = queue.options.hostname,
                              .group = group,
                              .sender = message.sender,
                              .id = new_uuid(now),
                              .now = now,
                              .until = message.queued_at + queue.options.schedule.held_life,
                              .token = std::move(token),
                              .original = {},
                              .header = {}};
    auto octets = message.size > most_attached ? co_await read_header(queue.rooms.pool, message.key.tenant, message.blob)
                                               : co_await read_whole(queue.rooms.pool, message.key.tenant, message.blob);
    if (!octets) co_return forward(octets);
    const auto size = octets->size();
    (message.size > most_attached ? request.header : request.original) = std::move(*octets);
    auto write = [request = std::move(request), moderators = std::move(moderators), tenant = message.key.tenant,
                  life = queue.options.schedule.held_life] {
        return letter(tenant, request.id, "moderation", request_message_id(request.id, request.host), write_request(request), moderators,
                      life);
    };
    co_return co_await finish(queue, std::move(write), size);
}

Task<Letter> lapse_letter(QueueContext& queue, const store::Claimed& message, const std::string& group,
                          const std::vector<identity::Target>& moderators) {
    const auto now = SystemClock().now();
    auto header = co_await read_header(queue.rooms.pool, message.key.tenant, message.blob);
    const LapseNotice notice{.host = queue.options.hostname,
                             .group = group,
                             .sender = message.sender,
                             .id = new_uuid(now),
                             .now = now,
                             .header = header ? std::move(*header) : std::string()};
    co_return letter(message.key.tenant, notice.id, "moderation", request_message_id(notice.id, notice.host), write_lapse(notice),
                     moderators, queue.options.schedule.bounce_life);
}

identity::Sender sender_of(std::string address, bool signed_in) {
    return {std::move(address), signed_in ? identity::Sender::Proof::signed_in : identity::Sender::Proof::none};
}

// What was decided before, said to somebody who decides again.
Verdict too_late(const store::Hold& hold, std::string_view wanted) {
    if (hold.decision == wanted) return delivered(hold.decision + " before by " + hold.decided_by);
    if (hold.decision.empty()) return failed("550 5.7.1 this mail waits no longer");
    return failed("550 5.7.1 this mail was " + hold.decision + " before by " + hold.decided_by);
}

Task<Verdict> rule(QueueContext& queue, const store::Hold& hold, store::Ruling ruling) {
    auto ruled =
        co_await store::rule(queue.rooms.pool, hold.key, hold.position, ruling, queue.options.schedule.life, after(question_limit));
    if (!ruled || *ruled == store::Ruled::busy) co_return later_for_us("451 4.3.0 can't be decided at this moment");
    const std::string word = ruling.route == store::Route::approved ? "approved" : "rejected";
    switch (*ruled) {
        case store::Ruled::done:
            log::info("delivery.moderation." + word, {{"tenant", hold.key.tenant}, {"ingest", hold.ingest.text()}, {"by", ruling.by}});
            queue.due_now({hold.key});
            co_return delivered(word + " for " + hold.group);
        case store::Ruled::before:
            co_return delivered(word + " before");
        default:
            co_return failed("550 5.7.1 somebody else has decided already");
    }
}

}  // namespace

std::string rejection(const std::string& note) {
    const auto words = ascii::printable(ascii::trim(note), most_note);
    return words.empty() ? "550 5.7.1 the group's moderators do not let this mail through"
                         : "550 5.7.1 the group's moderators do not let this mail through: " + words;
}

Task<Moderated> moderate(QueueContext& queue, const store::Claimed& message, const store::ClaimedRecipient& recipient) {
    auto submitter = co_await store::submitter(queue.rooms.pool, message.key.tenant, message.ingest, after(question_limit));
    if (!submitter) co_return Moderated{later_for_us("451 4.3.0 can't be asked about now"), {}};
    auto found = co_await queue.rooms.identity.resolve(recipient.recipient, sender_of(message.sender, static_cast<bool>(*submitter)),
                                                       after(question_limit));
    if (!found) co_return Moderated{unanswered(found.error()), {}};
    if (!found->moderation) co_return Moderated{std::nullopt, std::move(*found)};
    if (recipient.expired) {
        auto verdict = failed("554 5.4.7 no moderator of the group decided in time");
        verdict.letter = std::make_shared<Letter>(co_await lapse_letter(queue, message, recipient.recipient, found->targets));
        co_return Moderated{std::move(verdict), {}};
    }
    const auto token = hex_encode(random_bytes(16));
    auto request = co_await request_letter(queue, message, recipient.recipient, found->targets, token);
    if (!request) co_return Moderated{unreadable(message, request.error()), {}};
    Verdict verdict{Verdict::Kind::held, {}, "450 4.7.1 waits for a moderator", {}, {}};
    verdict.letter = std::make_shared<Letter>(std::move(*request));
    verdict.token_digest = smtp::digest_of_token(token);
    co_return Moderated{std::move(verdict), {}};
}

Task<Verdict> follow_decision(QueueContext& queue, const store::Claimed& message, const store::ClaimedRecipient& recipient,
                              std::string note) {
    const auto address = smtp::parse_decision(recipient.recipient);
    if (!address) co_return failed("550 5.1.1 no such address");
    auto who = co_await store::submitter(queue.rooms.pool, message.key.tenant, message.ingest, after(question_limit));
    auto hold = co_await store::find_hold(queue.rooms.pool, address->token, after(question_limit));
    if (!who || !hold) co_return later_for_us("451 4.3.0 can't be decided at this moment");
    if (!*hold) co_return failed("550 5.7.1 no mail waits for this decision");
    auto found =
        co_await queue.rooms.identity.resolve((*hold)->group, sender_of((*hold)->sender, (*hold)->signed_in), after(question_limit));
    if (!found) co_return unanswered(found.error());
    const bool approves = address->choice == smtp::Choice::approve;
    std::string by = message.sender;
    if (found->moderation) {
        const auto me = std::ranges::find_if(found->targets, [&](const identity::Target& target) {
            return *who && target.account == *who && target.tenant == message.key.tenant;
        });
        if (me == found->targets.end()) co_return failed("550 5.7.1 you do not moderate this group");
        by = me->address;
    } else if (found->kind != Kind::local) {
        co_return failed("550 5.1.1 the group takes no such mail any more");
    } else if (!approves || found->tenant != message.key.tenant || !*who) {  // its rule would let the mail in by now
        co_return failed("550 5.7.1 the group is not moderated any more");
    }
    if (!(*hold)->held) co_return too_late(**hold, approves ? "approved" : "rejected");
    store::Ruling ruling{.route = approves ? store::Route::approved : store::Route::rejected, .by = by, .note = {}, .reply = {}};
    if (!approves) {
        ruling.note = std::move(note);
        ruling.reply = rejection(ruling.note);
    }
    co_return co_await rule(queue, **hold, std::move(ruling));
}

}  // namespace sky::delivery
