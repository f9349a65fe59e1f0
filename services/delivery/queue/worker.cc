#include "delivery/queue/worker.h"

#include <algorithm>
#include <map>

#include "delivery/queue/moderation.h"
#include "delivery/queue/outbound.h"
#include "delivery/queue/transfer.h"
#include "delivery/queue/unreadable.h"
#include "delivery/spool.h"
#include "sky/async/semaphore.h"
#include "sky/failpoint/failpoint.h"
#include "sky/mailstore/read.h"
#include "sky/smtp-proto/decision.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;
constexpr auto question_limit = 10s;
constexpr auto frame_limit = 20s;
constexpr auto prepare_limit = 60s;
constexpr auto turn_limit = 60s;

// One round of one message. Recipients become targets, targets bring verdicts.
class Round {
  public:
    Round(QueueContext& queue, const store::Claimed& message) : queue_(queue), message_(message), verdicts_(message.recipients.size()) {}

    Task<std::vector<Verdict>> run() {
        for (std::size_t of = 0; of < message_.recipients.size(); ++of) {
            const auto& recipient = message_.recipients[of];
            switch (recipient.route) {
                case store::Route::remote:
                    remote_.push_back({of, recipient.recipient});
                    break;
                case store::Route::local:
                    local_.push_back({of, recipient.target, recipient.account});
                    break;
                case store::Route::sent:
                    local_.push_back({of, recipient.target, recipient.account, mailstore::Folder::sent});
                    break;
                case store::Route::rejected:
                    judge(of, failed(recipient.last_reply));
                    break;
                case store::Route::moderation:
                    co_await moderate(of);
                    break;
                case store::Route::decision:
                    co_await follow(of);
                    break;
                case store::Route::approved:  // without a sender no rule is asked: as if a moderator had written
                case store::Route::unresolved:
                    co_await resolve(of);
                    break;
            }
        }
        if (!local_.empty()) co_await deliver_here();
        // Last of all: the commit of what it brought shall follow at once. Somewhere that still waits for another of its places is not sent
        // to yet, because it would be sent to again.
        std::erase_if(remote_, [&](const RemoteTarget& target) {
            return verdicts_[target.of] && verdicts_[target.of]->kind == Verdict::Kind::later;
        });
        if (!remote_.empty()) {
            auto results = co_await send_out(queue_, message_, remote_);
            for (std::size_t i = 0; i < remote_.size(); ++i) judge(remote_[i].of, std::move(results[i]));
        }
        std::vector<Verdict> out;
        for (auto& verdict : verdicts_) out.push_back(verdict ? std::move(*verdict) : later_for_us("451 4.3.0 not tried"));
        for (std::size_t of = 0; of < out.size(); ++of) forgive(message_.recipients[of], out[of]);
        co_return out;
    }

  private:
    void judge(std::size_t of, Verdict verdict) {
        verdicts_[of] = verdicts_[of] ? merge(std::move(*verdicts_[of]), std::move(verdict)) : std::move(verdict);
    }

    // Where does the address lead now?
    Task<void> resolve(std::size_t of) {
        const auto& address = message_.recipients[of].recipient;
        auto found = co_await queue_.rooms.identity.resolve(address, after(question_limit));
        if (!found) {
            judge(of, found.error().fault == Fault::syntax ? failed("553 5.1.3 not an address")
                                                           : later_for_us("451 4.3.0 the directory can't be asked now"));
            co_return;
        }
        lead(of, *found);
    }
    void lead(std::size_t of, const identity::Recipient& found) {
        switch (found.kind) {
            case identity::Recipient::Kind::unknown:
                return judge(of, failed("550 5.1.1 no such mailbox"));
            case identity::Recipient::Kind::refused:
                return judge(of, failed(found.forbidden ? "550 5.7.1 the sender may not write to this group"
                                                        : "550 5.2.1 the mailbox takes no mail"));
            case identity::Recipient::Kind::remote:
                return go_out(of, message_.recipients[of].recipient);
            case identity::Recipient::Kind::local:
                break;
        }
        if (found.targets.empty()) judge(of, failed("550 5.1.1 the address leads nowhere"));
        for (const auto& target : found.targets) {
            if (target.account)
                local_.push_back({of, target.tenant, target.account});
            else
                go_out(of, target.address);
        }
    }
    // Asked about twice, it is sent to once.
    void go_out(std::size_t of, const std::string& address) {
        const auto same = [&](const RemoteTarget& target) { return target.of == of && target.address == address; };
        if (std::ranges::none_of(remote_, same)) remote_.push_back({of, address});
    }

    Task<void> moderate(std::size_t of) {
        auto moderated = co_await delivery::moderate(queue_, message_, message_.recipients[of]);
        if (moderated.verdict)
            judge(of, std::move(*moderated.verdict));
        else
            lead(of, moderated.found);
    }

    Task<void> follow(std::size_t of) {
        const auto& recipient = message_.recipients[of];
        const auto decision = smtp::parse_decision(recipient.recipient);
        std::string note;
        if (decision && decision->choice == smtp::Choice::reject && message_.size <= static_cast<std::int64_t>(spool_memory)) {
            auto words = co_await load();
            if (!words) co_return judge(of, unreadable(message_, words.error()));
            note = words->summary.preview;
        }
        judge(of, co_await follow_decision(queue_, message_, recipient, std::move(note)));
    }

    // A copy that finds no place in the end is no failure of the mail.
    static void forgive(const store::ClaimedRecipient& recipient, Verdict& verdict) {
        if (recipient.route != store::Route::sent || verdict.kind == Verdict::Kind::done) return;
        if (verdict.kind == Verdict::Kind::failed || recipient.expired)
            verdict = {Verdict::Kind::done, "discarded", std::move(verdict.reply), {}, {}};
    }

    Task<void> deliver_here() {
        Semaphore::Permit permit;
        if (message_.size > static_cast<std::int64_t>(spool_memory)) {
            auto turn = co_await queue_.large.acquire(after(turn_limit));
            if (!turn) {
                for (const auto& target : local_) judge(target.of, later_for_us("451 4.3.0 too many large messages at once"));
                co_return;
            }
            permit = std::move(*turn);
        }
        auto prepared = co_await load();
        if (!prepared) {
            const auto verdict = unreadable(message_, prepared.error());
            for (const auto& target : local_) judge(target.of, verdict);
            co_return;
        }
        // A mailbox that is gone is asked about once; where that leads is tried in the second pass.
        for (int pass = 1; pass <= 2; ++pass) {
            std::map<TenantId, std::vector<LocalTarget>> by_tenant;
            for (const auto& target : std::exchange(local_, {})) by_tenant[target.tenant].push_back(target);
            for (const auto& [tenant, targets] : by_tenant) {
                auto outcomes = co_await transfer(queue_, message_, *prepared, targets);
                for (std::size_t i = 0; i < targets.size(); ++i) {
                    if (outcomes[i].moved && targets[i].folder == mailstore::Folder::sent)
                        judge(targets[i].of, failed("550 5.1.1 no folder for sent mail"));
                    else if (outcomes[i].moved && pass == 1)
                        co_await resolve(targets[i].of);
                    else
                        judge(targets[i].of, std::move(outcomes[i].verdict));
                }
            }
        }
    }

    // The whole message, as the store wants it. Large ones pass through a file and another thread.
    Task<Result<mailstore::PreparedMessage>> load() {
        auto reader =
            co_await mailstore::Reader(queue_.rooms.pool).open_blob(message_.key.tenant, message_.blob, 0, UINT64_MAX, after(frame_limit));
        if (!reader) co_return forward(reader);
        Spool spool(queue_.options.spool);
        for (;;) {
            auto piece = co_await reader->next(after(frame_limit));
            if (!piece) co_return forward(piece);
            if (piece->empty()) break;
            if (auto kept = spool.append(*piece); !kept) co_return forward(kept);
        }
        if (spool.size() > spool_memory && queue_.rooms.offload)
            co_return co_await queue_.rooms.offload->run(after(prepare_limit),
                                                         [spool = std::move(spool)]() mutable { return prepare(spool); });
        co_return prepare(spool);
    }
    static Result<mailstore::PreparedMessage> prepare(Spool& spool) {
        auto octets = spool.view();
        if (!octets) return forward(octets);
        return mailstore::prepare(*octets);
    }

    QueueContext& queue_;
    const store::Claimed& message_;
    std::vector<std::optional<Verdict>> verdicts_;
    std::vector<LocalTarget> local_;
    std::vector<RemoteTarget> remote_;
};

}  // namespace

Task<std::optional<Ended>> work(QueueContext& queue, const store::Claimed& message) {
    // Before anything is read of it: the counter was committed with the claim.
    if (std::ranges::any_of(message.recipients, [](const auto& recipient) { return recipient.crashes >= most_crashes; }))
        co_return co_await end(queue, message, quarantine(message));
    SKY_FAILPOINT_VOID("queue.work");
    Round round(queue, message);
    const auto verdicts = co_await round.run();
    co_return co_await end(queue, message, decide(message, verdicts, queue.options.schedule, [&queue] { return queue.spread(); }));
}

}  // namespace sky::delivery
