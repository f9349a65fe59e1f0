#include "imap/update_contexts.h"

#include <algorithm>

#include "imap/fetch_batch.h"
#include "imap/search_answer.h"
#include "imap/sorting.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;

using Ready = Selected::Ready;

// Message numbers and "$" mean what they meant when the command came (RFC 5267 §4.3).
Task<Result<void>> freeze(imap::SearchKey& key, Selected& mailbox, Deadline deadline) {
    if (key.kind == Kind::sequence || (key.kind == Kind::uid && key.set.is_last_result())) {
        imap::NumberSet uids, there;
        if (mailbox.count() > 0) there.add({1, mailbox.count()});
        if (!key.set.is_last_result()) key.set = imap::SequenceSet::of(key.set.resolve(mailbox.count()).common(there));
        const auto targets = co_await mailbox.resolve(key.set, Numbers::sequence, deadline, Ready::numbers);
        if (!targets) co_return forward(targets);
        for (const Target& target : *targets) uids.add(target.uid);
        key = {.kind = uids.empty() ? Kind::nothing : Kind::uid};
        key.set = imap::SequenceSet::of(uids);
    }
    for (imap::SearchKey& child : key.children)
        if (auto frozen = co_await freeze(child, mailbox, deadline); !frozen) co_return frozen;
    co_return Result<void>{};
}

// Keys that become true or false by the clock, or by degrees.
bool is_restless(const imap::SearchKey& key, const std::vector<imap::SortCriterion>& criteria) {
    return imap::uses(key, Kind::older) || imap::uses(key, Kind::younger) ||
           std::ranges::any_of(criteria, [](const auto& one) { return one.key == imap::SortCriterion::Key::relevancy; });
}

void begin_response(std::string& out, const UpdateContext& context) {
    out += "* ESEARCH (TAG ";
    imap::append_string(out, context.tag);
    out += ')';
    if (context.form == Numbers::uid) out += " UID";
}

// " ADDTO (0 5:7)", or with the positions of a sorted result " ADDTO (3 5 9 2)".
struct Update {
    const char* item;
    std::string pairs;
    void add(std::size_t position, const std::string& numbers) {
        if (!pairs.empty()) pairs += ' ';
        (pairs += std::to_string(position)) += ' ';
        pairs += numbers;
    }
    void append(std::string& out) const {
        if (!pairs.empty()) (((out += ' ') += item) += " (" + pairs) += ')';
    }
};

std::uint32_t shown(const UpdateContext& context, const Target& target) {
    return context.form == Numbers::uid ? target.uid : target.number;
}

Update removal(UpdateContext& context, const std::vector<Target>& gone) {
    Update out{"REMOVEFROM", {}};
    if (context.criteria.empty()) {
        imap::NumberSet numbers;
        for (const Target& target : gone)
            if (shown(context, target) != 0) numbers.add(shown(context, target));
        if (!numbers.empty()) out.add(0, numbers.text());
        std::erase_if(context.uids, [&](std::uint32_t uid) { return std::ranges::binary_search(gone, uid, {}, &Target::uid); });
        return out;
    }
    for (const Target& target : gone) {
        const auto at = std::ranges::find(context.uids, target.uid);
        if (at == context.uids.end()) continue;
        const auto index = at - context.uids.begin();
        out.add(static_cast<std::size_t>(index) + 1, std::to_string(shown(context, target)));
        context.uids.erase(at);
        context.keys.erase(context.keys.begin() + index);
    }
    return out;
}

Task<Result<Update>> addition(const SearchScope& scope, UpdateContext& context, const std::vector<Target>& fresh) {
    Update out{"ADDTO", {}};
    if (fresh.empty()) co_return out;
    if (context.criteria.empty()) {
        imap::NumberSet numbers;
        for (const Target& target : fresh) {
            numbers.add(shown(context, target));
            context.uids.insert(std::ranges::lower_bound(context.uids, target.uid), target.uid);
        }
        out.add(0, numbers.text());
        co_return out;
    }
    auto keys = co_await sort_keys(scope, context.criteria, fresh, {});
    if (!keys) co_return forward(keys);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        std::size_t low = 0, high = context.uids.size();
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (comes_before(context.criteria, context.keys[middle], context.uids[middle], (*keys)[i], fresh[i].uid))
                low = middle + 1;
            else
                high = middle;
        }
        context.uids.insert(context.uids.begin() + static_cast<std::ptrdiff_t>(low), fresh[i].uid);
        context.keys.insert(context.keys.begin() + static_cast<std::ptrdiff_t>(low), std::move((*keys)[i]));
        out.add(low + 1, std::to_string(shown(context, fresh[i])));
    }
    co_return out;
}

// What UPDATE wants to know of new messages, before they are told as results (RFC 5465 §7); nothing of those that have only changed.
Task<Result<void>> tell_new(Session& session, UpdateContext& context, std::vector<Target> results) {
    const std::uint32_t next_uid = std::exchange(context.next_uid, session.mailbox().largest_uid() + 1);
    if (context.items.empty()) co_return Result<void>{};
    std::erase_if(results, [next_uid](const Target& one) { return one.uid < next_uid; });
    imap::FetchRequest request{.items = context.items};
    for (imap::FetchItem& item : request.items) item.marks_seen = false;
    const auto written = co_await fetch_batch(session, results, request);
    co_return written ? Result<void>() : forward(written);
}

// Which of the messages that changed since are in the result and were not, or the other way round.
Task<Result<void>> look_again(Session& session, UpdateContext& context) {
    Selected& mailbox = session.mailbox();
    const SearchScope scope = scope_of(session);
    const ModSeq now = mailbox.view().modseq();
    if (now <= context.seen) co_return Result<void>{};
    const auto placements = co_await mailbox.view().changed_above(context.seen, session.limit());
    if (!placements) co_return forward(placements);
    const auto targets = co_await mailbox.numbered(*placements, session.limit());
    if (!targets) co_return forward(targets);
    if (auto ready = co_await mailbox.touch(*targets, session.limit()); !ready) co_return ready;
    context.seen = now;
    const std::vector<Target>& changed = *targets;
    if (changed.empty()) co_return Result<void>{};
    const auto matching = co_await search_messages(scope, context.root, changed);
    if (!matching) co_return forward(matching);
    const auto known = [&](const Target& target) {
        return context.criteria.empty() ? std::ranges::binary_search(context.uids, target.uid)
                                        : std::ranges::find(context.uids, target.uid) != context.uids.end();
    };
    std::vector<Target> gone, fresh;
    for (const Target& target : changed) {
        const bool matches = std::ranges::binary_search(*matching, target.uid, {}, &Target::uid);
        if (matches != known(target)) (matches ? fresh : gone).push_back(target);
    }
    if (gone.empty() && fresh.empty()) co_return Result<void>{};
    const Update removed = removal(context, gone);
    const auto added = co_await addition(scope, context, fresh);
    if (!added) co_return forward(added);
    if (auto told = co_await tell_new(session, context, std::move(fresh)); !told) co_return told;
    std::string& out = session.out();
    begin_response(out, context);
    removed.append(out);
    added->append(out);
    out += "\r\n";
    co_return Result<void>{};
}

// As the client counts; what changes in a mailbox is known before it changes.
std::uint32_t number_of(const Selected& mailbox, std::uint32_t uid) {
    const SharedUids& map = mailbox.uids();
    return map->known(UidMap::block_of(uid)) ? map->number_of(uid) : 0;
}

void refuse(Session& session, std::string_view why) {
    std::string code = "NOUPDATE ";
    imap::append_quoted(code, session.tag());
    imap::append_response(session.out(), "*", "NO", code, why);
}

}  // namespace

bool is_kept(Session& session, std::string_view tag) {
    return std::ranges::any_of(session.mailbox().searches().contexts, [tag](const UpdateContext& one) { return one.tag == tag; });
}

Task<Result<void>> keep_updated(Session& session, const imap::SearchKey& root, std::vector<imap::SortCriterion> criteria, Numbers form,
                                const std::vector<Target>& results, ModSeq since, std::vector<imap::FetchItem> items) {
    Selected& mailbox = session.mailbox();
    SearchState& state = mailbox.searches();
    if (state.contexts.size() >= SearchState::max_contexts) co_return refuse(session, "Too many contexts"), Result<void>{};
    if (is_restless(root, criteria)) co_return refuse(session, "This search changes by itself"), Result<void>{};
    if (!criteria.empty() && results.size() > SearchState::max_sorted) co_return refuse(session, "Too many results"), Result<void>{};
    UpdateContext context{.tag = session.tag(), .form = form, .root = root, .criteria = std::move(criteria)};
    if (!context.criteria.empty()) {
        auto keys = co_await sort_keys(scope_of(session), context.criteria, results, {});
        if (!keys) co_return forward(keys);
        context.keys = *std::move(keys);
    }
    if (auto frozen = co_await freeze(context.root, mailbox, session.limit()); !frozen) co_return frozen;
    for (const Target& target : results) context.uids.push_back(target.uid);
    context.seen = since;
    context.items = std::move(items);
    context.next_uid = mailbox.largest_uid() + 1;
    state.contexts.push_back(std::move(context));
    co_return Result<void>{};
}

Task<Result<void>> tell_vanished(Session& session) {
    Selected& mailbox = session.mailbox();
    if (auto fresh = co_await session.house().views.catch_up(mailbox.view(), session.limit()); !fresh) co_return fresh;
    for (UpdateContext& context : mailbox.searches().contexts) {
        std::vector<Target> gone;
        for (const std::uint32_t uid : context.uids) gone.push_back({number_of(mailbox, uid), uid});
        std::ranges::sort(gone, {}, &Target::uid);
        if (auto ready = co_await mailbox.touch(gone, session.limit()); !ready) co_return ready;
        std::erase_if(gone, [&](const Target& target) { return mailbox.view().find(target.uid) != nullptr; });
        if (gone.empty()) continue;
        const Update removed = removal(context, gone);
        begin_response(session.out(), context);
        removed.append(session.out());
        session.out() += "\r\n";
    }
    co_return Result<void>{};
}

Task<Result<void>> tell_changed(Session& session) {
    for (UpdateContext& context : session.mailbox().searches().contexts)
        if (auto told = co_await look_again(session, context); !told) co_return told;
    co_return Result<void>{};
}

}  // namespace sky::imapd
