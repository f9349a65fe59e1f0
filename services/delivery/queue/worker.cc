#include "delivery/queue/worker.h"

#include <algorithm>
#include <map>

#include "delivery/queue/outbound.h"
#include "delivery/queue/transfer.h"
#include "delivery/queue/unreadable.h"
#include "delivery/spool.h"
#include "sky/async/semaphore.h"
#include "sky/failpoint/failpoint.h"
#include "sky/mailstore/read.h"

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
            if (recipient.route == store::Route::remote)
                remote_.push_back({of, recipient.recipient});
            else if (recipient.route == store::Route::local)
                local_.push_back({of, recipient.target, recipient.account});
            else
                co_await resolve(of);
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
        switch (found->kind) {
            case identity::Recipient::Kind::unknown:
                co_return judge(of, failed("550 5.1.1 no such mailbox"));
            case identity::Recipient::Kind::refused:
                co_return judge(of, failed("550 5.2.1 the mailbox takes no mail"));
            case identity::Recipient::Kind::remote:
                remote_.push_back({of, address});
                co_return;
            case identity::Recipient::Kind::local:
                break;
        }
        if (found->targets.empty()) judge(of, failed("550 5.1.1 the address leads nowhere"));
        for (const auto& target : found->targets) {
            if (target.account)
                local_.push_back({of, target.tenant, target.account});
            else
                remote_.push_back({of, target.address});
        }
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
                    if (outcomes[i].moved && pass == 1)
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
