#include "keywords.h"
#include "operation.h"
#include "putting.h"
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
    int runs = 0;

    Task<Result<Appended>> run(pg::Transaction& tx) {
        ++runs;
        auto placed = co_await put_messages(tx, mailbox, messages, now, ids);
        if (!placed) co_return forward(placed);
        Appended out{{mailbox.account, ModSeq{}}, *std::move(placed)};
        OperationResult result;
        for (const auto& one : out.placed) {
            out.changed.modseq = one.modseq;
            result.uid_validity = one.uid_validity;
            result.uids.push_back(one.uid.value);
            result.emails.push_back(one.email.value);
        }
        result.modseq = out.changed.modseq;
        queue_first_result(tx, mailbox.tenant, operation, result);
        co_return out;
    }
};

Appended repeated(const MailboxRef& mailbox, const OperationResult& before) {
    Appended out{{mailbox.account, before.modseq}, {}};
    for (std::size_t i = 0; i < before.uids.size() && i < before.emails.size(); ++i)
        out.placed.push_back({mailbox.mailbox, before.uid_validity, Uid{static_cast<std::uint32_t>(before.uids[i])}, before.modseq,
                              EmailId{before.emails[i]}});
    return out;
}

}  // namespace

Task<Result<Appended>> Writer::append(MailboxRef mailbox, std::vector<Append> messages, Uuid operation, Deadline deadline) {
    for (const auto& message : messages)
        if (auto valid = check_keywords(message.keywords); !valid) co_return forward(valid);
    AppendAll body{mailbox, messages, operation, clock_->now(), ids_};
    auto done = co_await settle(*pool_, mailbox.tenant, deadline, Repeat::harmless, body);
    // An earlier run was committed: the id is taken, or what that run took is missing now, as the quota.
    if (done || (body.runs == 1 && done.error().fault != Fault::already_exists)) co_return done;
    const auto before = co_await earlier_result(*pool_, mailbox.tenant, operation, deadline);
    if (!before) co_return forward(before);
    if (*before) co_return repeated(mailbox, **before);
    co_return done;
}

}  // namespace sky::mailstore
