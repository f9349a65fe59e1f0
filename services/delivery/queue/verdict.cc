#include "delivery/queue/verdict.h"

#include <algorithm>
#include <utility>

namespace sky::delivery {
namespace {
constexpr std::chrono::milliseconds first_own_pause{std::chrono::seconds{5}};

std::chrono::milliseconds pause(const Schedule& schedule, const Verdict& verdict, int attempts, double random) {
    if (verdict.trouble == Verdict::Trouble::theirs) return pause_after(schedule, attempts, random);
    auto own = schedule;
    own.first = std::min(schedule.first, first_own_pause);
    return pause_after(own, attempts, random);
}
}  // namespace

Verdict merge(Verdict a, Verdict b) { return b.kind > a.kind ? std::move(b) : std::move(a); }

std::string expired_reply(std::string_view last) {
    if (status_of(last) == "4.2.2") return "552 5.2.2 the mailbox has been full for too long";
    return "554 5.4.7 given up, it took too long; the last answer was: " + std::string(last);
}

Decision decide(const store::Claimed& message, const std::vector<Verdict>& verdicts, const Schedule& schedule,
                const std::function<double()>& random) {
    Decision out;
    for (std::size_t i = 0; i < message.recipients.size(); ++i) {
        const auto& recipient = message.recipients[i];
        const auto& verdict = verdicts[i];
        const store::Fence fence{recipient.position, recipient.epoch};
        if (verdict.letter) out.letters.push_back({fence, verdict.letter, recipient.recipient, verdict.token_digest});
        if (verdict.kind == Verdict::Kind::held) {
            out.later.push_back({fence, {}, verdict.reply, store::Later::Into::moderation});
            continue;
        }
        if (verdict.kind == Verdict::Kind::done) {
            out.ended.push_back({fence, verdict.outcome, verdict.reply, false, {}});
            continue;
        }
        if (verdict.kind == Verdict::Kind::later && !recipient.expired) {
            out.later.push_back(
                {fence, pause(schedule, verdict, recipient.attempts, random()), verdict.reply, store::Later::Into::waiting});
            continue;
        }
        const auto reply = verdict.kind == Verdict::Kind::later ? expired_reply(verdict.reply) : verdict.reply;
        const auto said_by = verdict.kind == Verdict::Kind::later ? std::string() : verdict.said_by;
        const bool answered = !message.sender.empty();
        out.ended.push_back(
            {fence, answered ? "bounced" : "discarded", reply, answered, {recipient.recipient, recipient.original, reply, said_by}});
    }
    return out;
}

Decision quarantine(const store::Claimed& message) {
    Decision out;
    for (const auto& recipient : message.recipients)
        out.later.push_back(
            {{recipient.position, recipient.epoch}, {}, "451 4.3.0 workers died of this message", store::Later::Into::quarantined});
    return out;
}

}  // namespace sky::delivery
