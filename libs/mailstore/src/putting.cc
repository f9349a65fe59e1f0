#include "putting.h"

#include "keywords.h"
#include "readers.h"

namespace sky::mailstore {

Task<Result<std::vector<Placed>>> put_messages(pg::Transaction& tx, MailboxRef mailbox, const std::vector<Append>& messages, Time now,
                                               ObjectIds& ids) {
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
                            own_flags(mailbox, message.system),
                            keyword_bits(known, message.keywords)};
        deliveries.push_back({message.message, {std::move(recipient)}});
    }
    auto delivered = co_await deliver(tx, mailbox.tenant, ids, deliveries, Busy::wait);
    if (!delivered) co_return forward(delivered);
    std::vector<Placed> out;
    std::vector<std::int64_t> have_been_seen;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto& outcome = (*delivered)[i].outcomes.front();
        if (!outcome) co_return unexpected(outcome.error());
        out.push_back(*outcome);
        if ((messages[i].system & seen) != 0) have_been_seen.push_back(outcome->uid.value);
    }
    if (mailbox.has_reader() && !out.empty()) queue_seen(tx, mailbox, have_been_seen, out.back().modseq);
    co_return out;
}

}  // namespace sky::mailstore
