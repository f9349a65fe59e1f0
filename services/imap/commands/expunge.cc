#include <algorithm>
#include <utility>

#include "imap/commands/all.h"
#include "imap/limits.h"
#include "imap/rights.h"

namespace sky::imapd {
namespace {

constexpr std::size_t looked_at = 32'768;  // messages whose flags are looked at, at once

Result<void> may_expunge(const Selected& mailbox) {
    if (mailbox.read_only()) return unexpected(Fault::forbidden, "The mailbox is open for reading only");
    if (!mailbox.rights().has(store::Right::expunge)) return std::unexpected(not_permitted());
    return {};
}

// Keeps of the targets the newest that are marked \Deleted; those that are not do not count (RFC 9738 §3.1). Looked for from the newest
// down, no further than it takes.
Task<Result<std::string>> keep_newest_marked(Session& session, std::vector<Target>& targets) {
    const std::size_t limit = session.house().policy.message_limit;
    View& view = session.mailbox().view();
    if (auto fresh = co_await session.house().views.catch_up(view, session.limit()); !fresh) co_return forward(fresh);
    const auto row = co_await store::Mailboxes(session.house().pool).find(view.ref(), session.limit());
    if (!row) co_return forward(row);
    if (static_cast<std::size_t>(row->deleted) <= limit) co_return std::string();  // however many were named
    std::vector<Target> marked;
    for (std::size_t end = targets.size(); end > 0 && marked.size() <= limit;) {
        const std::size_t first = end - std::min(end, looked_at);
        const std::span<const Target> some(targets.data() + first, end - first);
        if (auto ready = co_await session.mailbox().touch(some, session.limit()); !ready) co_return forward(ready);
        std::vector<Target> found;
        View::Finder messages(view);
        for (const Target& target : some) {
            const store::Placement* message = messages.find(target.uid);
            if (message != nullptr && (message->flags.system & store::deleted) != 0) found.push_back(target);
        }
        marked.insert(marked.begin(), found.begin(), found.end());
        end = first;
    }
    targets = std::move(marked);
    co_return keep_within_limit(targets, limit);
}

Task<Result<Reply>> expunge_these(Session& session, std::optional<store::UidSet> only, std::string limited = {}) {
    Selected& mailbox = session.mailbox();
    if (const auto may = may_expunge(mailbox); !may) co_return forward(may);
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
    if (targets->size() <= session.house().policy.message_limit) co_return co_await expunge_these(session, uids_of(*targets));
    if (const auto may = may_expunge(session.mailbox()); !may) co_return forward(may);
    auto limited = co_await keep_newest_marked(session, *targets);
    if (!limited) co_return forward(limited);
    if (targets->empty()) co_return Reply::ok("UID EXPUNGE completed");
    co_return co_await expunge_these(session, uids_of(*targets), *std::move(limited));
}

}  // namespace sky::imapd
