#include "imap/resync.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

constexpr std::size_t most_matches = 1000;  // of message sequence match data that are looked at

imap::NumberSet numbers_of(const store::UidSet& set) {
    std::vector<imap::Range> ranges;
    for (const store::UidRange& range : set) ranges.push_back({range.first, range.last});
    return imap::NumberSet(std::move(ranges));
}

imap::NumberSet all_below(std::uint32_t uid_next) {
    std::vector<imap::Range> ranges;
    if (uid_next > 1) ranges.push_back({1, uid_next - 1});
    return imap::NumberSet(std::move(ranges));
}

Task<Result<imap::NumberSet>> absent(Session& session, const imap::NumberSet& asked) {
    if (asked.empty()) co_return asked;
    const store::UidRange range{asked.ranges().front().first, asked.last()};
    const auto present = co_await store::Reader(session.house().pool).present(session.mailbox().ref(), range, session.limit());
    if (!present) co_return forward(present);
    co_return asked.without(numbers_of(*present));
}

// Where number and UID of a message are still what the client has, nothing below has vanished: the highest such UID, or 0
// (RFC 7162 §3.2.5.2).
Task<Result<std::uint32_t>> matched_up_to(Session& session, const imap::KnownState::Match& match) {
    Selected& mailbox = session.mailbox();
    if (auto ready = co_await mailbox.number(session.limit()); !ready) co_return forward(ready);
    std::vector<std::uint32_t> numbers, uids;
    const auto first_of = [](const imap::NumberSet& set, std::vector<std::uint32_t>& into, std::uint32_t largest) {
        for (const imap::Range& range : set.ranges())
            for (std::uint64_t n = range.first; n <= std::min(range.last, largest) && into.size() < most_matches; ++n)
                into.push_back(static_cast<std::uint32_t>(n));
    };
    first_of(match.numbers, numbers, mailbox.count());
    first_of(match.uids, uids, UINT32_MAX);
    const auto now = co_await mailbox.uids_at(numbers, session.limit());
    if (!now) co_return forward(now);
    std::uint32_t highest = 0;
    for (std::size_t i = 0; i < now->size() && i < uids.size(); ++i)
        if ((*now)[i] == uids[i]) highest = uids[i];
    co_return highest;
}

Task<Result<imap::NumberSet>> vanished(Session& session, const imap::KnownState& known, const store::Changes& changes) {
    const imap::NumberSet all = all_below(changes.mailbox.uid_next.value);
    imap::NumberSet asked = known.uids ? known.uids->common(all) : all;
    if (changes.complete) co_return asked.common(numbers_of(changes.vanished));
    if (known.match) {
        const auto matched = co_await matched_up_to(session, *known.match);
        if (!matched) co_return forward(matched);
        asked = asked.without(all_below(*matched + 1));
    }
    co_return co_await absent(session, asked);
}

}  // namespace

void append_vanished_earlier(std::string& out, const imap::NumberSet& vanished) {
    if (!vanished.empty()) ((out += "* VANISHED (EARLIER) ") += vanished.text()) += "\r\n";
}

Task<Result<imap::NumberSet>> vanished_since(Session& session, const imap::NumberSet& asked, ModSeq since) {
    const auto gone = co_await store::Reader(session.house().pool).vanished(session.mailbox().ref(), since, session.limit());
    if (!gone) co_return forward(gone);
    if (gone->uids) co_return asked.common(numbers_of(*gone->uids));
    co_return co_await absent(session, asked.common(all_below(session.mailbox().view().row().uid_next.value)));
}

Task<Result<store::Changes>> news_since(Session& session, View& view, ModSeq since) {
    store::Reader reader(session.house().pool);
    if (view.remembered_above(since)) {
        auto gone = co_await reader.vanished(view.ref(), since, session.limit());
        if (!gone) co_return forward(gone);
        view.note_row(gone->mailbox);
        if (auto done = co_await session.house().views.catch_up(view, session.limit()); !done) co_return forward(done);
        auto changed = view.remembered_above(since);
        if (changed && view.modseq() == gone->mailbox.modseq && view.row().uid_validity == gone->mailbox.uid_validity)
            co_return store::Changes{.mailbox = std::move(gone->mailbox),
                                     .placements = *std::move(changed),
                                     .vanished = gone->uids.value_or(store::UidSet()),
                                     .complete = gone->uids.has_value()};
    }
    auto news = co_await reader.changes(view.ref(), since, session.limit());
    if (news) view.note_row(news->mailbox);
    co_return news;
}

Task<Result<void>> resync(Session& session, const imap::KnownState& known, const store::Changes& changes) {
    auto gone = co_await vanished(session, known, changes);
    if (!gone) co_return forward(gone);
    append_vanished_earlier(session.out(), *gone);

    std::vector<store::Placement> changed = changes.placements;
    if (known.uids) std::erase_if(changed, [&](const store::Placement& one) { return !known.uids->contains(one.uid.value); });
    if (changed.empty()) co_return Result<void>{};
    std::vector<Target> targets;
    if (session.uid_only) {
        for (const store::Placement& one : changed) targets.push_back({0, one.uid.value});
    } else {
        auto numbered = co_await session.mailbox().numbered(changed, session.limit());
        if (!numbered) co_return forward(numbered);
        targets = *std::move(numbered);
    }
    auto message = changed.begin();
    for (const Target& target : targets) {
        while (message->uid.value != target.uid) ++message;
        append_fetch_start(session.out(), session.telling(), target.number, target.uid);
        append_flag_items(session.out(), session.telling(), session.mailbox().flags_text(*message), target.uid, message->modseq);
        session.out() += ")\r\n";
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

}  // namespace sky::imapd
