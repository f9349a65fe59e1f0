#include <algorithm>

#include "imap/commands/all.h"
#include "imap/fetch_batch.h"
#include "imap/gone.h"
#include "imap/limits.h"
#include "imap/resync.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;
using Ready = Selected::Ready;

constexpr std::size_t batch = 500;             // messages whose texts are read in one query
constexpr std::size_t changes_at_once = 4096;  // beyond, whole blocks are read

// BODY[…] without PEEK marks messages seen: one write for all of them, before anything is answered.
Task<Result<void>> mark_seen(Session& session, const std::vector<Target>& targets) {
    Selected& mailbox = session.mailbox();
    if (auto ready = co_await mailbox.touch(targets, session.limit()); !ready) co_return ready;
    std::vector<std::uint32_t> unseen;
    for (const Target& target : targets) {
        const store::Placement* message = mailbox.view().find(target.uid);
        if (message != nullptr && (message->flags.system & store::seen) == 0) unseen.push_back(target.uid);
    }
    if (unseen.empty()) co_return Result<void>{};
    store::Writer writer(session.house().pool, session.house().clock);
    auto stored =
        co_await writer.store(mailbox.ref(), store::uid_set(std::move(unseen)), {.system = store::seen}, std::nullopt, session.limit());
    if (!stored) co_return forward(stored);
    mailbox.view().apply(*stored);
    session.house().views.publish(stored->changed);
    co_return Result<void>{};
}

// The messages of the set that changed: by their changes, not by a walk through the set (RFC 7162 §3.1.4.1).
Task<Result<std::vector<Target>>> changed_targets(Session& session, imap::SequenceSet set, Numbers form, ModSeq since) {
    Selected& mailbox = session.mailbox();
    const auto meant = co_await mailbox.meant(set, form, session.limit());
    if (!meant) co_return forward(meant);
    auto changed = co_await mailbox.view().changed_above(since, session.limit());
    if (!changed) co_return forward(changed);
    auto targets = co_await mailbox.numbered(*changed, session.limit());
    if (!targets) co_return forward(targets);
    if (changed->size() <= changes_at_once) mailbox.view().keep(*changed);
    std::erase_if(*targets, [&](const Target& one) { return !meant->contains(form == Numbers::uid ? one.uid : one.number); });
    co_return targets;
}

// Keeps of the targets what is on the page. Pages are counted among all messages of the set, be they changed or not (RFC 9394 §3.4).
Task<Result<void>> keep_page(Session& session, imap::SequenceSet set, Numbers form, imap::PartialRange range,
                             std::vector<Target>& targets) {
    const auto all = co_await session.mailbox().resolve(std::move(set), form, session.limit(), Ready::numbers);
    if (!all) co_return forward(all);
    const auto page = range.of(all->size());
    if (page.begin == page.end) targets.clear();
    if (targets.empty()) co_return Result<void>{};
    const std::uint32_t first = (*all)[page.begin].uid, last = (*all)[page.end - 1].uid;
    std::erase_if(targets, [&](const Target& one) { return one.uid < first || one.uid > last; });
    co_return Result<void>{};
}

// VANISHED (EARLIER) for a set in which "*" reaches as far as UIDs went (RFC 7162 §3.2.6).
Task<Result<void>> tell_vanished(Session& session, const imap::SequenceSet& set, ModSeq since) {
    const std::uint32_t uid_next = session.mailbox().view().row().uid_next.value;
    const auto gone = co_await vanished_since(session, set.resolve(uid_next - 1), since);
    if (!gone) co_return forward(gone);
    append_vanished_earlier(session.out(), *gone);
    co_return Result<void>{};
}

// UIDs alone are known without the messages, of those that were expunged and still have numbers too (RFC 2180 §4.1.1).
bool asks_uids_only(const imap::FetchRequest& request) {
    return std::ranges::all_of(request.items, [](const imap::FetchItem& item) { return item.what == What::uid; });
}

Task<Result<void>> tell_uids(Session& session, const std::vector<Target>& targets) {
    for (const Target& target : targets) {
        append_fetch_start(session.out(), session.telling(), target.number, target.uid);
        imap::append_number(session.out() += "UID ", target.uid);
        session.out() += ")\r\n";
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

// Items that follow from others and from what the client has enabled.
void complete(Session& session, imap::FetchRequest& request, Numbers form) {
    if (request.changed_since || request.wants(What::mod_seq)) session.enable_condstore();
    if (request.changed_since && !request.wants(What::mod_seq)) request.items.push_back({.what = What::mod_seq});
    if (form == Numbers::uid && !session.uid_only && !request.wants(What::uid))
        request.items.insert(request.items.begin(), {.what = What::uid});
}

Task<Result<Reply>> fetch_these(Session& session, Arguments arguments, Numbers form) {
    auto set = arguments.sequence_set();
    if (!set) co_return forward(set);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto request = imap::parse_fetch(arguments);
    if (!request) co_return forward(request);
    if (request->vanished && (form != Numbers::uid || !session.qresync))
        co_return Reply::bad({}, "VANISHED is for UID FETCH of clients that enabled QRESYNC");
    const std::size_t limit = session.house().policy.message_limit;
    if (request->page && request->page->size() > limit)  // RFC 9738 §3.1: without any work
        co_return Reply::no(limit_code(limit), "No command works on so many messages");
    complete(session, *request, form);

    Selected& mailbox = session.mailbox();
    const ModSeq since(static_cast<std::int64_t>(request->changed_since.value_or(0)));
    auto targets = since ? co_await changed_targets(session, *set, form, since)
                         : co_await mailbox.resolve(*set, form, session.limit(), Ready::numbers);
    if (!targets) co_return forward(targets);
    if (request->vanished)
        if (auto told = co_await tell_vanished(session, *set, since); !told) co_return forward(told);
    if (request->page)
        if (auto kept = co_await keep_page(session, *set, form, *request->page, *targets); !kept) co_return forward(kept);
    std::string limited = keep_within_limit(*targets, limit);
    if (request->marks_seen() && !mailbox.read_only() && mailbox.rights().has(store::Right::seen)) {
        if (auto marked = co_await mark_seen(session, *targets); !marked) co_return forward(marked);
        if (!request->wants(What::flags)) request->items.push_back({.what = What::flags});
        if (session.condstore && !request->wants(What::mod_seq)) request->items.push_back({.what = What::mod_seq});
        if (session.condstore && !session.uid_only && !request->wants(What::uid))  // RFC 7162 §3.2.4
            request->items.insert(request->items.begin(), {.what = What::uid});
    }
    const bool newest_first = !limited.empty();  // RFC 9738 §3.1
    if (form == Numbers::sequence && asks_uids_only(*request)) {
        if (newest_first) std::ranges::reverse(*targets);
        if (auto told = co_await tell_uids(session, *targets); !told) co_return forward(told);
        co_return Reply::ok(limited.empty() ? "FETCH completed" : "FETCH completed for the newest of them", std::move(limited));
    }
    FetchedBatch done;
    for (std::size_t at = 0; at < targets->size(); at += batch) {
        const std::size_t count = std::min(batch, targets->size() - at);
        const std::span<Target> some(targets->data() + (newest_first ? targets->size() - at - count : at), count);
        if (auto ready = co_await mailbox.touch(some, session.limit()); !ready) co_return forward(ready);
        if (newest_first) std::ranges::reverse(some);
        const auto written = co_await fetch_batch(session, some, *request);
        if (!written) co_return forward(written);
        done.answered += written->answered;
        done.undecodable += written->undecodable;
    }
    const bool some_gone = form == Numbers::sequence && done.answered < targets->size();
    if (done.undecodable > 0 || some_gone) tell_limit(session.out(), limited);
    if (done.undecodable > 0) co_return Reply::no("UNKNOWN-CTE", "The encoding of a part is not known");  // RFC 3516 §4.3
    if (some_gone) co_return some_are_gone();
    co_return Reply::ok(limited.empty() ? "FETCH completed" : "FETCH completed for the newest of them", std::move(limited));
}

}  // namespace

Task<Result<Reply>> fetch(Session& session, Arguments arguments) { return fetch_these(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_fetch(Session& session, Arguments arguments) { return fetch_these(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
