#include "imap/store/view.h"

#include <algorithm>

#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

constexpr std::size_t recent_changes = 4096;  // kept for sessions that are told of them later
constexpr std::size_t loose_messages = 4096;

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
    if (const auto block = blocks_.find(UidMap::block_of(uid)); block != blocks_.end()) {
        const Messages& messages = block->second.messages;
        const auto at = std::ranges::lower_bound(messages, Uid(uid), {}, &store::Placement::uid);
        return at != messages.end() && at->uid.value == uid ? &*at : nullptr;
    }
    const auto loose = loose_.find(uid);
    return loose != loose_.end() ? &loose->second : nullptr;
}

const store::Placement* View::Finder::find(std::uint32_t uid) {
    const std::size_t block = UidMap::block_of(uid);
    if (messages_ == nullptr || block != block_) {
        const auto held = view_->blocks_.find(block);
        if (held == view_->blocks_.end()) return view_->find(uid);
        messages_ = &held->second.messages;
        block_ = block;
        next_ = 0;
    }
    auto at = messages_->begin() + static_cast<std::ptrdiff_t>(std::min(next_, messages_->size()));
    if (at == messages_->end() || at->uid.value != uid) at = std::ranges::lower_bound(*messages_, Uid(uid), {}, &store::Placement::uid);
    next_ = static_cast<std::size_t>(at - messages_->begin()) + 1;
    return at != messages_->end() && at->uid.value == uid ? &*at : nullptr;
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
        if (((flags.keywords >> bit) & 1) != 0 && !row_.keywords[bit].empty()) add(row_.keywords[bit]);
    return out;
}

std::size_t View::messages_held() const {
    std::size_t total = loose_.size();
    for (const auto& [number, block] : blocks_) total += block.weight();
    return total;
}

BlockKeys* View::keys(std::size_t block) {
    const auto held = blocks_.find(block);
    return held == blocks_.end() ? nullptr : &held->second.keys;
}

const std::vector<store::Placement>* View::messages(std::size_t block) const {
    const auto held = blocks_.find(block);
    return held == blocks_.end() ? nullptr : &held->second.messages;
}

std::vector<std::size_t> View::held_blocks() const {
    std::vector<std::size_t> out;
    for (const auto& [number, block] : blocks_) out.push_back(number);
    return out;
}

std::vector<View::Held> View::releasable() const {
    std::vector<Held> out;
    if (busy_ || *commands_ > 0) return out;
    for (const auto& [number, block] : blocks_) out.push_back({number, block.touched, block.weight()});
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
        note_recent(row.recent_uid);
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

Task<Result<void>> View::wait_turn(Deadline deadline) {
    while (busy_)
        if (!co_await idle_.wait(deadline)) co_return unexpected(Fault::timeout, "The mailbox is busy", "view");
    co_return Result<void>{};
}

Task<Result<void>> View::load(Deadline deadline) {
    if (auto turn = co_await wait_turn(deadline); !turn) co_return turn;
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
    const bool waited = busy_;
    if (auto turn = co_await wait_turn(deadline); !turn) co_return turn;
    if (waited && loaded_ && !stale()) co_return Result<void>{};  // somebody else has done it
    const Turn turn(this);
    const ModSeq covers = wanted_;  // what was committed before this read is in it
    const bool distrusted = std::exchange(distrusted_, false);
    auto done = loaded_ ? co_await fetch_changes(deadline) : co_await number(deadline);
    if (!done) {
        distrusted_ = distrusted_ || distrusted;
        co_return done;
    }
    known_ = std::max({known_, covers, row_.modseq});
    wanted_ = std::max(wanted_, known_);
    co_return Result<void>{};
}

Task<Result<void>> View::number(Deadline deadline) {
    auto numbering = co_await store::Reader(*pool_).numbering(ref_, deadline);
    if (!numbering) co_return forward(numbering);
    row_ = std::move(numbering->mailbox);
    uids_ = std::make_shared<UidMap>(numbering->counts, row_.uid_next.value);
    blocks_.clear();
    loose_.clear();
    recent_.clear();
    recent_floor_ = row_.modseq;
    loaded_ = true;
    co_return Result<void>{};
}

// What an own write has put here while a read was under way is newer than what was read.
void View::put(const store::Placement& one) {
    const auto newer = [&](store::Placement& here) {
        if (here.modseq <= one.modseq) here = one;
    };
    const auto block = blocks_.find(UidMap::block_of(one.uid.value));
    if (block == blocks_.end()) {
        newer(loose_.try_emplace(one.uid.value, one).first->second);
        return;
    }
    Messages& messages = block->second.messages;
    const auto at = std::ranges::lower_bound(messages, one.uid, {}, &store::Placement::uid);
    if (at != messages.end() && at->uid == one.uid)
        newer(*at);
    else
        messages.insert(at, one);
}

void View::drop(const store::UidSet& gone) {
    for (const store::UidRange& range : gone) {
        for (auto block = blocks_.lower_bound(UidMap::block_of(range.first));
             block != blocks_.end() && UidMap::first_of(block->first) <= range.last; ++block)
            std::erase_if(block->second.messages,
                          [&](const store::Placement& one) { return one.uid.value >= range.first && one.uid.value <= range.last; });
        loose_.erase(loose_.lower_bound(range.first), loose_.upper_bound(range.last));
    }
}

void View::remember(std::vector<store::Placement> news) {
    std::ranges::sort(news, {}, &store::Placement::modseq);
    for (const store::Placement& one : news) {
        const std::pair entry{one.modseq, one.uid.value};
        if (recent_.empty() || recent_.back() < entry)
            recent_.push_back(entry);
        else
            recent_.insert(std::ranges::upper_bound(recent_, entry), entry);
    }
    for (; recent_.size() > recent_changes; recent_.pop_front()) recent_floor_ = std::max(recent_floor_, recent_.front().first);
    // Sessions that were not told of them yet ask again by changed_above().
    if (loose_.size() > 2 * loose_messages) loose_.clear();
}

void View::own_write(const store::Changed& change) {
    if (!change.modseq) return;
    if (change.modseq.value == known_.value + 1) known_ = row_.modseq = change.modseq;
    wanted_ = std::max(wanted_, change.modseq);
    changed.notify_all();
}

void View::apply(const store::Stored& stored) {
    row_.keywords = stored.keywords;
    if (loaded_) {
        for (const store::Placement& now : stored.placements) put(now);
        std::vector<store::Placement> touched = stored.placements;
        std::erase_if(touched, [&](const store::Placement& one) { return one.modseq <= row_.modseq; });
        remember(std::move(touched));
    }
    own_write(stored.changed);
}

void View::apply(const store::Expunged& expunged) {
    if (expunged.uids.empty()) return;
    const bool known = std::ranges::all_of(expunged.uids, [this](std::uint32_t uid) { return uids_->known(UidMap::block_of(uid)); });
    if (!loaded_ || !known) return heard(expunged.changed.modseq);  // a refresh will find out
    const store::UidSet gone = store::uid_set(expunged.uids);
    auto now = std::make_shared<UidMap>(*uids_);
    now->remove(gone);
    uids_ = std::move(now);
    drop(gone);
    own_write(expunged.changed);
}

void View::keep(const std::vector<store::Placement>& read) {
    for (const store::Placement& one : read)
        if (one.uid < row_.uid_next) put(one);
}

std::optional<std::vector<store::Placement>> View::remembered_above(ModSeq since) const {
    if (!loaded_ || since < recent_floor_) return std::nullopt;
    std::vector<std::uint32_t> uids;
    for (auto at = recent_.rbegin(); at != recent_.rend() && at->first > since; ++at) uids.push_back(at->second);
    std::ranges::sort(uids);
    uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
    std::vector<store::Placement> out;
    for (const std::uint32_t uid : uids) {
        if (const store::Placement* one = find(uid))
            out.push_back(*one);
        else if (uid < row_.uid_next.value && (!uids_->known(UidMap::block_of(uid)) || uids_->contains(uid)))  // else expunged
            return std::nullopt;
    }
    return out;
}

Task<Result<std::vector<store::Placement>>> View::changed_above(ModSeq since, Deadline deadline) {
    if (auto remembered = remembered_above(since)) co_return *std::move(remembered);
    auto changes = co_await store::Reader(*pool_).changes(ref_, since, deadline);
    if (!changes) co_return forward(changes);
    co_return std::move(changes->placements);
}

}  // namespace sky::imapd
