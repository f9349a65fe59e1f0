#include "imap/store/view.h"

#include <algorithm>

#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

constexpr std::size_t page = 20'000;

bool by_uid(const store::Placement& a, const store::Placement& b) { return a.uid < b.uid; }

struct SystemName {
    std::uint16_t bit;
    std::string_view name;
};
constexpr SystemName system_names[] = {{store::answered, "\\Answered"},
                                       {store::flagged, "\\Flagged"},
                                       {store::deleted, "\\Deleted"},
                                       {store::seen, "\\Seen"},
                                       {store::draft, "\\Draft"}};

}  // namespace

const store::Placement* View::find(std::uint32_t uid) const {
    const auto at = std::ranges::lower_bound(messages_, Uid(uid), {}, &store::Placement::uid);
    return at != messages_.end() && at->uid.value == uid ? &*at : nullptr;
}

std::string View::flags_text(const store::Flags& flags) const {
    std::string out;
    const auto add = [&](std::string_view name) {
        if (!out.empty()) out += ' ';
        out += name;
    };
    for (const SystemName& system : system_names)
        if (flags.system & system.bit) add(system.name);
    for (std::size_t bit = 0; bit < row_.keywords.size(); ++bit)
        if ((flags.keywords >> bit) & 1) add(row_.keywords[bit]);
    return out;
}

bool View::note_row(store::Mailbox row) {
    const bool same = row.modseq == row_.modseq && row.uid_validity == row_.uid_validity;
    if (!loaded_) {
        row_ = std::move(row);
    } else if (!same) {
        distrust();
    } else {
        row_.name = std::move(row.name);
        row_.keywords = std::move(row.keywords);
    }
    return same;
}

void View::heard(ModSeq account_modseq) {
    if (account_modseq <= wanted_) return;
    wanted_ = account_modseq;
    changed.notify_all();
}

void View::distrust() {
    if (distrusted_) return;
    distrusted_ = true;
    changed.notify_all();
}

Task<Result<void>> View::load(Deadline deadline) {
    while (busy_)
        if (!co_await idle_.wait(deadline)) co_return unexpected(Fault::timeout, "The mailbox is busy", "view load");
    if (loaded_ && !stale()) co_return Result<void>{};
    co_return co_await refresh(deadline);
}

Task<Result<bool>> View::unchanged(Deadline deadline) {
    const ModSeq covers = wanted_;
    const bool distrusted = std::exchange(distrusted_, false);
    const auto row = co_await store::Mailboxes(*pool_).find(ref_, deadline);
    if (row && row->modseq == row_.modseq && row->uid_validity == row_.uid_validity) {
        known_ = std::max({known_, covers, row->modseq});
        wanted_ = std::max(wanted_, known_);
        co_return true;
    }
    distrusted_ = distrusted_ || distrusted;
    if (!row) co_return forward(row);
    co_return false;
}

Task<Result<void>> View::refresh(Deadline deadline) {
    bool waited = false;
    for (; busy_; waited = true)
        if (!co_await idle_.wait(deadline)) co_return unexpected(Fault::timeout, "The mailbox is busy", "view refresh");
    if (waited && loaded_ && !stale()) co_return Result<void>{};  // somebody else has done it
    struct Busy {
        View* view;
        explicit Busy(View* v) : view(v) { view->busy_ = true; }
        ~Busy() {
            view->busy_ = false;
            view->idle_.notify_all();
        }
    } busy(this);
    const ModSeq covers = wanted_;  // what was committed before this read is in it
    const bool distrusted = std::exchange(distrusted_, false);
    Result<void> done;
    if (!loaded_) done = co_await fetch_all(deadline);
    if (done) done = co_await fetch_changes(deadline);
    if (!done) {
        distrusted_ = distrusted_ || distrusted;
        co_return done;
    }
    known_ = std::max({known_, covers, row_.modseq});
    wanted_ = std::max(wanted_, known_);
    co_return Result<void>{};
}

// Page by page, from a row read before: what changes meanwhile lies above that row's MODSEQ and is read again by fetch_changes().
Task<Result<void>> View::fetch_all(Deadline deadline) {
    store::Mailboxes mailboxes(*pool_);
    auto row = co_await mailboxes.find(ref_, deadline);
    if (!row) co_return forward(row);
    std::vector<store::Placement> all;
    all.reserve(static_cast<std::size_t>(std::max<std::int64_t>(row->messages, 0)));
    std::uint32_t next = 1;
    store::Reader reader(*pool_);
    while (true) {
        auto some = co_await reader.load(ref_, {next, UINT32_MAX}, page, deadline);
        if (!some) co_return forward(some);
        all.insert(all.end(), some->begin(), some->end());
        if (some->size() < page || all.back().uid.value == UINT32_MAX) break;
        next = all.back().uid.value + 1;
    }
    messages_ = std::move(all);
    row_ = *std::move(row);
    loaded_ = true;
    rebuild();
    co_return Result<void>{};
}

Task<Result<void>> View::fetch_changes(Deadline deadline) {
    store::Reader reader(*pool_);
    auto changes = co_await reader.changes(ref_, row_.modseq, deadline);
    if (!changes) co_return forward(changes);
    if (!changes->complete || changes->mailbox.uid_validity != row_.uid_validity) {
        // The log no longer reaches back, or the mailbox is another one now: begin again.
        loaded_ = false;
        if (auto all = co_await fetch_all(deadline); !all) co_return all;
        changes = co_await reader.changes(ref_, row_.modseq, deadline);
        if (!changes) co_return forward(changes);
    }
    remove(changes->vanished);
    merge(changes->placements);
    row_ = std::move(changes->mailbox);
    if (static_cast<std::uint64_t>(row_.messages) != messages_.size())
        log::warning("imap.view.count_differs", {{"mailbox", ref_.mailbox}, {"row", row_.messages}, {"view", messages_.size()}});
    co_return Result<void>{};
}

void View::merge(const std::vector<store::Placement>& news) {
    bool list_changed = false;
    std::size_t sorted = messages_.size();
    for (const store::Placement& one : news) {
        const auto at = std::lower_bound(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(sorted), one, by_uid);
        if (at != messages_.begin() + static_cast<std::ptrdiff_t>(sorted) && at->uid == one.uid) {
            if (at->modseq <= one.modseq) *at = one;
            continue;
        }
        const bool at_end = messages_.empty() || messages_.back().uid < one.uid;
        messages_.push_back(one);
        if (at_end && sorted + 1 == messages_.size()) sorted = messages_.size();
        list_changed = true;
    }
    if (sorted != messages_.size()) std::ranges::sort(messages_, by_uid);
    if (list_changed) rebuild();
}

void View::remove(const store::UidSet& gone) {
    if (gone.empty() || messages_.empty()) return;
    const std::size_t before = messages_.size();
    auto range = gone.begin();
    std::erase_if(messages_, [&](const store::Placement& one) {
        while (range != gone.end() && range->last < one.uid.value) ++range;
        return range != gone.end() && range->first <= one.uid.value;
    });
    if (messages_.size() != before) rebuild();
}

void View::rebuild() {
    auto uids = std::make_shared<UidList>();
    uids->reserve(messages_.size());
    for (const store::Placement& one : messages_) uids->push_back(one.uid.value);
    uids_ = std::move(uids);
}

void View::own_write(const store::Changed& change) {
    if (!change.modseq) return;
    if (change.modseq.value == known_.value + 1) known_ = row_.modseq = change.modseq;
    wanted_ = std::max(wanted_, change.modseq);
    changed.notify_all();
}

void View::apply(const store::Stored& stored) {
    row_.keywords = stored.keywords;
    if (!loaded_) return own_write(stored.changed);
    for (const store::Placement& now : stored.placements) {
        const auto at = std::ranges::lower_bound(messages_, now.uid, {}, &store::Placement::uid);
        if (at != messages_.end() && at->uid == now.uid && at->modseq <= now.modseq) *at = now;
    }
    own_write(stored.changed);
}

void View::apply(const store::Expunged& expunged) {
    if (loaded_) remove(store::uid_set(expunged.uids));
    own_write(expunged.changed);
}

std::vector<std::uint32_t> View::changed_since(ModSeq since) const {
    std::vector<std::uint32_t> out;
    if (row_.modseq <= since && known_ <= since) return out;
    for (const store::Placement& one : messages_)
        if (one.modseq > since) out.push_back(one.uid.value);
    return out;
}

}  // namespace sky::imapd
