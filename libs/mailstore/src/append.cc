#include "keywords.h"
#include "operation.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

struct AppendAll {
    using Value = Appended;
    MailboxRef mailbox;
    const std::vector<Append>& messages;
    Uuid operation;
    Time now;
    ObjectIds& ids;

    Task<Result<Appended>> run(pg::Transaction& tx) {
        auto before = co_await claim(tx, mailbox.tenant, operation);
        if (!before) co_return forward(before);
        if (*before) co_return repeated(**before);
        std::vector<std::string> names;
        for (const auto& message : messages) names.insert(names.end(), message.keywords.begin(), message.keywords.end());
        std::vector<std::string> known;
        if (!names.empty()) {
            // Bits are given under the account's lock; deliver() raises MODSEQ once more, which leaves a gap and harms nothing.
            const auto ticket = tx.queue(lock_account, pg::params(mailbox.tenant, mailbox.account));
            const auto keywords = queue_keywords(tx, mailbox, names);
            auto lock = co_await locked(tx, ticket);
            if (!lock) co_return forward(lock);
            auto taken = co_await take_keywords(tx, keywords);
            if (!taken) co_return forward(taken);
            known = std::move(*taken);
        }
        std::vector<Delivery> deliveries;
        for (const auto& message : messages) {
            Recipient recipient{mailbox.account,
                                mailbox.mailbox,
                                {},
                                message.internal_date.value_or(now),
                                message.system,
                                keyword_bits(known, message.keywords)};
            deliveries.push_back({message.message, {std::move(recipient)}});
        }
        auto delivered = co_await deliver(tx, mailbox.tenant, ids, deliveries, Busy::wait);
        if (!delivered) co_return forward(delivered);
        Appended out{{mailbox.account, ModSeq{}}, {}};
        OperationResult result;
        for (const auto& each : *delivered) {
            const auto& outcome = each.outcomes.front();
            if (!outcome) co_return unexpected(outcome.error());  // all or none
            out.placed.push_back(*outcome);
            out.changed.modseq = outcome->modseq;
            result.uid_validity = outcome->uid_validity;
            result.uids.push_back(outcome->uid.value);
            result.emails.push_back(outcome->email.value);
        }
        result.modseq = out.changed.modseq;
        queue_result(tx, mailbox.tenant, operation, result);
        co_return out;
    }

  private:
    Appended repeated(const OperationResult& before) const {
        Appended out{{mailbox.account, before.modseq}, {}};
        for (std::size_t i = 0; i < before.uids.size() && i < before.emails.size(); ++i)
            out.placed.push_back({mailbox.mailbox, before.uid_validity, Uid{static_cast<std::uint32_t>(before.uids[i])}, before.modseq,
                                  EmailId{before.emails[i]}});
        return out;
    }
};

}  // namespace

Task<Result<Appended>> Writer::append(MailboxRef mailbox, std::vector<Append> messages, Uuid operation, Deadline deadline) {
    for (const auto& message : messages)
        if (auto valid = check_keywords(message.keywords); !valid) co_return forward(valid);
    AppendAll body{mailbox, messages, operation, clock_->now(), ids_};
    co_return co_await settle(*pool_, mailbox.tenant, deadline, Repeat::harmless, body);
}

}  // namespace sky::mailstore
