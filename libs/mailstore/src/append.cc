#include "append_one.h"
#include "keywords.h"
#include "operation.h"
#include "putting.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement is_named{"mailstore.is_named",
                                 "select from mail.mailbox where tenant_id = $1 and mailbox_id = $2 and account_id = $3 and name = $4"};

struct AppendAll {
    using Value = Appended;
    MailboxRef mailbox;
    const std::optional<std::string>& name;  // the mailbox must have it
    const std::vector<Append>& messages;
    Uuid operation;
    Time now;
    ObjectIds& ids;
    int runs = 0;

    Task<Result<Appended>> run(pg::Transaction& tx) {
        ++runs;
        std::optional<pg::Transaction::Ticket> named;
        if (name) named = tx.queue(is_named, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account, *name));
        auto placed = co_await put_messages(tx, mailbox, messages, now, ids);
        if (!placed) co_return forward(placed);
        if (named) {
            const auto there = co_await tx.take(*named);
            if (!there) co_return forward(there);
            if (there->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
        }
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

// Runs it; a run that comes to nothing because an earlier one was committed has the result of that.
template <class Body>
Task<Result<typename Body::Value>> settle_once(pg::Pool& pool, MailboxRef mailbox, Uuid operation, Deadline deadline, Body& body) {
    auto done = co_await settle(pool, mailbox.tenant, deadline, Repeat::harmless, body);
    // The id is taken, or what the earlier run took is missing now, as the quota.
    if (done || (body.runs == 1 && done.error().fault != Fault::already_exists)) co_return done;
    const auto before = co_await earlier_result(pool, mailbox.tenant, operation, deadline);
    if (!before) co_return forward(before);
    if (*before) co_return repeated(mailbox, **before);
    co_return done;
}

Task<Result<Appended>> put(pg::Pool& pool, const MailboxRef& mailbox, const std::vector<Append>& messages, const Uuid& operation,
                           Deadline deadline, const std::optional<std::string>& name, Time now, ObjectIds& ids) {
    int runs = 0;
    const bool is_readers = mailbox.has_reader() && !messages.empty() && (messages.front().system & seen) != 0;
    if (messages.size() == 1 && messages.front().message->frames.size() == 1 && !is_readers) {
        AppendOne one{mailbox, name, messages.front(), operation, now, ids};
        auto done = co_await settle_once(pool, mailbox, operation, deadline, one);
        if (!done) co_return forward(done);
        if (*done) co_return **std::move(done);
        runs = one.runs - 1;  // the last one did nothing; an earlier one may have been committed
    }
    AppendAll all{mailbox, name, messages, operation, now, ids, runs};
    co_return co_await settle_once(pool, mailbox, operation, deadline, all);
}

}  // namespace

Task<Result<Appended>> Writer::append(MailboxRef mailbox, std::vector<Append> messages, Uuid operation, Deadline deadline,
                                      std::optional<std::string> name) {
    for (const auto& message : messages)
        if (auto valid = check_keywords(message.keywords); !valid) co_return forward(valid);
    const auto attempt = [&] { return put(*pool_, mailbox, messages, operation, deadline, name, clock_->now(), ids_); };
    co_return co_await with_room_for_keywords(*pool_, mailbox, deadline, attempt);
}

}  // namespace sky::mailstore
