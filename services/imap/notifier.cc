#include "imap/notifier.h"

#include <algorithm>

#include "imap/fetch_batch.h"
#include "imap/neighbours.h"
#include "imap/rights.h"
#include "imap/session.h"
#include "imap/update_contexts.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using Filter = imap::NotifyGroup::Filter;

constexpr std::size_t most_lines = 200;  // told at once: beyond, it is cheaper for the client to look for itself

bool may_mean_others(const imap::NotifyGroup& group) {
    return group.filter == Filter::subscribed ||
           std::ranges::any_of(group.names, [](const std::string& name) { return name.empty() || is_elsewhere(name); });
}

}  // namespace

Notifier::Notifier(std::shared_ptr<AccountWatch> watch, imap::NotifyRequest request, Event& wake)
    : request_(std::move(request)),
      names_others_(std::ranges::any_of(request_.groups, may_mean_others)),
      wake_(&wake),
      own_(std::move(watch), wake) {}

// Those that the user may look up, as they are now. Others are as if they were not there (RFC 5465 §3.1).
Task<Result<Notifier::OthersStates>> Notifier::look_at_others(Session& session) {
    OthersStates out;
    if (!names_others_) co_return out;
    const auto all = co_await session.neighbours().all(session.limit());
    if (!all) co_return forward(all);
    for (const Neighbour& of : *all) {
        auto state = co_await of.watch->look(session.hearing(), session.limit());
        if (!state && state.error().fault == Fault::not_found) continue;  // gone meanwhile
        if (!state) co_return forward(state);
        WatchedState now{of.prefix, *std::move(state), {}};
        for (const auto& [id, mailbox] : now.state->mailboxes)
            if (const store::Rights rights = session.neighbours().rights(of, *now.state, id); rights.has(store::Right::lookup))
                now.rights.emplace(id, rights);
        others_.try_emplace(of.account.account, of.watch, *wake_);
        out.emplace(of.account.account, std::move(now));
    }
    co_return out;
}

Task<Result<void>> Notifier::begin(Session& session) {
    auto now = co_await own_.watch->look(session.hearing(), session.limit());
    if (!now) co_return forward(now);
    own_.told.state = *std::move(now);
    auto others = co_await look_at_others(session);
    if (!others) co_return forward(others);
    for (auto& [account, watched] : others_) watched.told = std::move((*others)[account]);
    NotifyChanges changes(session, request_, *own_.told.state);
    changes.begin(own_.told);
    for (const auto& [account, watched] : others_) {
        changes.begin(watched.told);
        if (auto told = co_await tell_states(session, changes.take_postponed()); !told) co_return told;
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

// Each write takes one MODSEQ of its account, some take two: where one step leads to what the client did, nobody else did anything.
bool Notifier::is_own_change(AccountId account, const SharedAccountState& before, const SharedAccountState& now) const {
    const auto own = own_changes_.find(account);
    return own != own_changes_.end() && before && now && own->second == now->modseq && before->modseq.value + 1 == now->modseq.value;
}

Task<Result<bool>> Notifier::tell(Session& session) {
    auto look = co_await own_.watch->look(session.hearing(), session.limit());
    if (!look) co_return forward(look);
    auto others = co_await look_at_others(session);
    const std::size_t start = session.out().size();
    const SharedAccountState before = std::exchange(own_.told.state, *look);
    NotifyChanges changes(session, request_, **look);
    const bool is_news = before != *look && !is_own_change(session.account().account, before, *look);
    if (is_news) changes.compare({{}, before, {}}, own_.told);
    std::vector<const WatchedState*> all{&own_.told};
    for (auto& [account, watched] : others_) {
        all.push_back(&watched.told);
        if (!others) continue;                   // what is new there is told another time
        WatchedState& now = (*others)[account];  // nothing, where there is nothing to be seen any more
        if (!is_own_change(account, watched.told.state, now.state)) changes.compare(watched.told, now);
        watched.told = std::move(now);
    }
    if (is_news) changes.subscriptions(*before, all);
    std::erase_if(others_, [](const auto& one) { return !one.second.told.state; });
    if (changes.lines() + postponed_.size() <= most_lines) {
        std::ranges::move(changes.take_postponed(), std::back_inserter(postponed_));
        if (auto told = co_await tell_states(session, postponed_); !told) co_return forward(told);  // then another time
        postponed_.clear();
        if (!others) co_return forward(others);
        co_return true;
    }
    session.out().resize(start);
    imap::append_response(session.out(), "*", "OK", "NOTIFICATIONOVERFLOW", "Too much has changed; notifications are off");
    co_return false;
}

SelectedNews selected_news(Session& session) {
    if (session.notifies() == Session::Notifies::by_default) return {};
    const imap::NotifyGroup* group = session.notifier() != nullptr ? session.notifier()->selected() : nullptr;
    if (group == nullptr || group->events == 0) return {.any = false, .flags = false, .names_uid = true};
    return {.any = true, .flags = (group->events & imap::flag_change) != 0, .names_uid = true};
}

Task<Result<void>> tell_selected(Session& session, Expunges expunges, Telling telling) {
    if (auto renewed = co_await renew_rights(session); !renewed) co_return renewed;
    Selected& mailbox = session.mailbox();
    const imap::NotifyGroup* group = session.notifier() != nullptr ? session.notifier()->selected() : nullptr;
    const bool collects = group != nullptr && !group->items.empty();
    mailbox.collect_fresh(collects);
    const bool keeps_results = !mailbox.searches().contexts.empty();
    if (keeps_results)
        if (auto told = co_await tell_vanished(session); !told) co_return told;
    if (auto told = co_await mailbox.announce(session.out(), session.house().views, expunges, telling, session.limit()); !told)
        co_return told;
    if (keeps_results)
        if (auto told = co_await tell_changed(session); !told) co_return told;
    if (!collects) co_return Result<void>{};
    // RFC 5465 §5.2: new messages come with what the client wants to know of them.
    const std::vector<Target> fresh = mailbox.take_fresh();
    imap::FetchRequest request{.items = group->items};
    for (imap::FetchItem& item : request.items) item.marks_seen = false;
    if ((session.condstore || session.rev2) && !session.uid_only && !request.wants(imap::FetchItem::What::uid))
        request.items.insert(request.items.begin(), {.what = imap::FetchItem::What::uid});
    if (auto ready = co_await mailbox.touch(fresh, session.limit()); !ready) co_return ready;
    const auto written = co_await fetch_batch(session, fresh, request);
    if (!written) co_return forward(written);
    co_return Result<void>{};
}

Task<Result<void>> tell_news(Session& session, Waiting waiting) {
    Notifier* notifier = session.notifier();
    const bool in_idle = waiting == Waiting::in_idle;
    const SelectedNews wanted = selected_news(session);
    // RFC 5465 §4: in IDLE what NOTIFY asks for, no more.
    if (session.state() == State::selected && wanted.any && (in_idle || notifier != nullptr)) {
        const bool at_once = in_idle || notifier->selected()->filter == Filter::selected;
        Telling telling = session.telling(wanted.names_uid ? Numbers::uid : Numbers::sequence);
        telling.flags = wanted.flags;
        if (auto told = co_await tell_selected(session, at_once ? Expunges::told : Expunges::held_back, telling); !told) co_return told;
    }
    if (notifier == nullptr) co_return Result<void>{};
    const auto goes_on = co_await notifier->tell(session);
    if (!goes_on) co_return forward(goes_on);
    if (!*goes_on) session.notify(nullptr);
    co_return Result<void>{};
}

}  // namespace sky::imapd
