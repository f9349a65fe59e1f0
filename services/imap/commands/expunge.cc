#include <utility>

#include "imap/commands/all.h"
#include "imap/limits.h"
#include "imap/rights.h"

namespace sky::imapd {
namespace {

Task<Result<Reply>> expunge_these(Session& session, std::optional<store::UidSet> only, std::string limited = {}) {
    Selected& mailbox = session.mailbox();
    if (mailbox.read_only()) co_return unexpected(Fault::forbidden, "The mailbox is open for reading only");
    if (!mailbox.rights().has(store::Right::expunge)) co_return std::unexpected(not_permitted());
    store::Writer writer(session.house().pool, session.house().clock);
    Progress progress = session.progress();
    auto expunged = co_await progress.during(writer.expunge(mailbox.ref(), std::move(only), session.limit()));
    if (!expunged) co_return forward(expunged);
    mailbox.view().apply(*expunged);
    session.house().views.publish(expunged->changed);
    // Then the tagged response says HIGHESTMODSEQ.
    if (session.condstore && !expunged->uids.empty()) tell_limit(session.out(), std::exchange(limited, {}));
    // The EXPUNGE responses are written with everything else that is new.
    Reply reply = Reply::ok("EXPUNGE completed", std::move(limited));
    reply.expunged = !expunged->uids.empty();
    co_return reply;
}

}  // namespace

Task<Result<Reply>> expunge(Session& session, Arguments arguments) {
    if (const auto end = arguments.end(); !end) co_return forward(end);
    co_return co_await expunge_these(session, std::nullopt);
}

// RFC 4315 §2.1
Task<Result<Reply>> uid_expunge(Session& session, Arguments arguments) {
    auto set = arguments.sequence_set();
    if (!set) co_return forward(set);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    auto targets = co_await session.mailbox().resolve(*std::move(set), Numbers::uid, session.limit(), Selected::Ready::numbers);
    if (!targets) co_return forward(targets);
    if (targets->empty()) co_return Reply::ok("UID EXPUNGE completed");
    std::string limited = keep_within_limit(*targets, session.house().policy.message_limit);
    co_return co_await expunge_these(session, uids_of(*targets), std::move(limited));
}

}  // namespace sky::imapd
