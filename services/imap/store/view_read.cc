// How a view reads: changes above its watermark, and blocks.
#include <algorithm>
#include <set>

#include "imap/store/view.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

constexpr int attempts = 5;                // while others expunge between two reads
constexpr std::size_t blocks_at_once = 8;  // 32,768 messages at most in one query

std::vector<std::uint32_t> uids_below(const std::vector<store::Placement>& messages, Uid uid_next) {
    std::vector<std::uint32_t> out;
    for (const store::Placement& one : messages)
        if (one.uid < uid_next) out.push_back(one.uid.value);
    return out;
}

}  // namespace

Task<Result<void>> View::fetch_changes(Deadline deadline) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        auto changes = co_await store::Reader(*pool_).changes(ref_, row_.modseq, deadline);
        if (!changes) co_return forward(changes);
        // The log no longer reaches back, or the mailbox is another one now: begin again.
        if (!changes->complete || changes->mailbox.uid_validity != row_.uid_validity) co_return co_await number(deadline);
        const auto revealed = co_await reveal(*changes, deadline);
        if (!revealed) co_return forward(revealed);
        if (!*revealed) continue;
        take(*std::move(changes));
        co_return Result<void>{};
    }
    co_return unexpected(Fault::unavailable, "The mailbox changes too fast", "view changes");
}

// Blocks that change must be known as they were, for the sessions that still count by them. What was there is what is there, and what
// vanished. False: somebody expunged after the changes were read.
Task<Result<bool>> View::reveal(const store::Changes& changes, Deadline deadline) {
    std::set<std::size_t> blocks, emptied;
    for (const store::UidRange& range : changes.vanished) {
        for (std::size_t block = UidMap::block_of(range.first); block < uids_->blocks() && UidMap::first_of(block) <= range.last; ++block) {
            if (uids_->known(block)) continue;
            const std::uint32_t last = std::min(UidMap::last_of(block), row_.uid_next.value - 1);
            const bool whole = range.first <= UidMap::first_of(block) && range.last >= last;  // whoever counts by it needs no more
            (whole ? emptied : blocks).insert(block);
        }
    }
    for (const store::Placement& one : changes.placements)
        if (one.uid >= row_.uid_next && !uids_->known(UidMap::block_of(one.uid.value))) blocks.insert(UidMap::block_of(one.uid.value));
    for (const std::size_t block : blocks) {
        if (emptied.contains(block)) continue;
        const store::UidRange all{UidMap::first_of(block), UidMap::last_of(block)};
        const auto here = co_await store::Reader(*pool_).load(ref_, all, UidMap::span, deadline);
        if (!here) co_return forward(here);
        auto before = uids_below(*here, row_.uid_next);
        const std::uint32_t last = std::min(all.last, row_.uid_next.value - 1);
        for (const store::UidRange& range : changes.vanished)
            for (std::uint64_t uid = std::max(range.first, all.first); uid <= std::min(range.last, last); ++uid)
                before.push_back(static_cast<std::uint32_t>(uid));
        if (!uids_->learn(block, before)) co_return false;
        keep(*here);
    }
    if (emptied.empty()) co_return true;
    auto now = std::make_shared<UidMap>(*uids_);
    for (const std::size_t block : emptied) now->empty_block(block);
    uids_ = std::move(now);
    co_return true;
}

void View::take(store::Changes changes) {
    auto now = std::make_shared<UidMap>(*uids_);
    now->remove(changes.vanished);
    std::vector<std::uint32_t> fresh;
    for (const store::Placement& one : changes.placements) {
        if (one.uid >= row_.uid_next) {
            fresh.push_back(one.uid.value);
            // The first messages of a block are all of it.
            const std::size_t block = UidMap::block_of(one.uid.value);
            if (now->count(block) == 0) blocks_.try_emplace(block);
        } else if (now->known(UidMap::block_of(one.uid.value)) && !now->contains(one.uid.value)) {
            continue;  // expunged by us after the changes were read
        }
        put(one);
    }
    now->add(fresh);
    drop(changes.vanished);
    uids_ = std::move(now);
    row_ = std::move(changes.mailbox);
    remember(std::move(changes.placements));
    if (static_cast<std::uint64_t>(row_.messages) != uids_->size())
        log::warning("imap.view.count_differs", {{"mailbox", ref_.mailbox}, {"row", row_.messages}, {"view", uids_->size()}});
}

Task<Result<void>> View::touch(std::vector<std::size_t> blocks, Deadline deadline) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (auto turn = co_await wait_turn(deadline); !turn) co_return turn;
        const auto missing = [this](std::size_t block) { return uids_->count(block) > 0 && !blocks_.contains(block); };
        bool whole = true;
        {
            const Turn turn(this);
            for (auto at = blocks.begin(); whole && at != blocks.end();) {
                if (!missing(*at)) {
                    if (const auto held = blocks_.find(*at); held != blocks_.end()) held->second.touched = std::chrono::steady_clock::now();
                    ++at;
                    continue;
                }
                const std::size_t first = *at;
                std::size_t last = first;
                for (++at; at != blocks.end() && *at == last + 1 && missing(*at) && last - first + 1 < blocks_at_once; ++at) last = *at;
                const auto fetched = co_await fetch_blocks(first, last, deadline);
                if (!fetched) co_return forward(fetched);
                whole = *fetched;
            }
        }
        if (whole) co_return Result<void>{};
        if (auto fresh = co_await refresh(deadline); !fresh) co_return fresh;  // some were expunged since the view was read
    }
    co_return unexpected(Fault::unavailable, "The mailbox changes too fast", "view blocks");
}

// False: what is there is not what the view says, which is older.
Task<Result<bool>> View::fetch_blocks(std::size_t first, std::size_t last, Deadline deadline) {
    auto rows = co_await store::Reader(*pool_).load(ref_, {UidMap::first_of(first), UidMap::last_of(last)},
                                                    (last - first + 1) * UidMap::span, deadline);
    if (!rows) co_return forward(rows);
    for (const store::Placement& one : *rows) {
        // The names of its keywords may be newer than those that the view knows: a bit that nobody used may have another now.
        if (one.flags.keywords == 0 || one.modseq <= row_.modseq) continue;
        heard(one.modseq);
        co_return false;
    }
    auto from = rows->begin();
    for (std::size_t block = first; block <= last; ++block) {
        const auto to =
            std::find_if(from, rows->end(), [block](const store::Placement& one) { return one.uid.value > UidMap::last_of(block); });
        Messages here(from, to);
        from = to;
        if (!uids_->learn(block, uids_below(here, row_.uid_next)) && !uids_->known(block)) co_return false;
        // An own write may have run ahead of this read, or this read ahead of the view.
        std::erase_if(here, [&](const store::Placement& one) { return one.uid >= row_.uid_next || !uids_->contains(one.uid.value); });
        if (here.size() != uids_->count(block)) co_return false;
        blocks_[block] = Block{.messages = std::move(here)};
        const auto begin = loose_.lower_bound(UidMap::first_of(block)), end = loose_.upper_bound(UidMap::last_of(block));
        for (auto loose = begin; loose != end; ++loose)
            if (uids_->contains(loose->first)) put(loose->second);
        loose_.erase(begin, end);
    }
    co_return true;
}

}  // namespace sky::imapd
