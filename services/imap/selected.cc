#include "imap/selected.h"

#include <algorithm>

namespace sky::imapd {
namespace {

// The blocks that hold messages with these numbers, or these UIDs.
std::vector<std::size_t> blocks_of(const UidMap& map, const imap::NumberSet& meant, Numbers form) {
    std::vector<std::size_t> out;
    for (const imap::Range& range : meant.ranges()) {
        const bool by_uid = form == Numbers::uid;
        if (!by_uid && range.first > map.size()) break;
        std::size_t block = by_uid ? UidMap::block_of(range.first) : map.block_at(range.first);
        const std::size_t last = by_uid ? UidMap::block_of(range.last) : map.block_at(std::min(range.last, map.size()));
        for (; block <= last && block < map.blocks(); ++block)
            if (map.count(block) > 0 && (out.empty() || out.back() < block)) out.push_back(block);
    }
    return out;
}

// A name may take the place of one that no message had any more: their number does not tell.
std::size_t digest(const std::vector<std::string>& keywords) {
    std::size_t out = keywords.size();
    for (const std::string& name : keywords) out = out * 31 + std::hash<std::string>()(name);
    return out;
}

void append_keywords(std::string& out, const std::vector<std::string>& keywords) {
    for (const std::string& name : keywords)
        if (!name.empty()) (out += ' ') += name;
}

}  // namespace

store::UidSet uids_of(std::span<const Target> targets) {
    std::vector<std::uint32_t> uids;
    uids.reserve(targets.size());
    for (const Target& target : targets) uids.push_back(target.uid);
    return store::uid_set(std::move(uids));
}

Selected::Selected(std::shared_ptr<View> view, const store::Mailbox& row, Access access, Event& wake)
    : view_(std::move(view)),
      access_(access),
      name_(row.name),
      at_select_{static_cast<std::uint64_t>(row.messages), row.uid_next, row.modseq},
      uid_next_(at_select_.uid_next.value),
      exists_told_(at_select_.messages),
      flags_told_(at_select_.modseq),
      keywords_told_(digest(row.keywords)),
      bell_(view_->changed, wake) {
    if (view_->loaded() && !view_->stale() && view_->modseq() == row.modseq) {
        uids_ = view_->uids();
        exists_told_ = uids_->size();
    }
}

// SELECT told a count; the mailbox is numbered when the first command needs it. What was there then is what is there now below UIDNEXT,
// and what vanished since: that still has numbers.
Task<Result<void>> Selected::number(Deadline deadline) {
    if (uids_) co_return Result<void>{};
    if (auto loaded = co_await view_->load(deadline); !loaded) co_return loaded;
    if (view_->modseq() <= at_select_.modseq) {
        uids_ = view_->uids();
        co_return Result<void>{};
    }
    auto then = co_await as_selected(deadline);
    if (!then) co_return forward(then);
    uids_ = *std::move(then);
    co_return Result<void>{};
}

Task<Result<SharedUids>> Selected::as_selected(Deadline deadline) {
    const ModSeq view_at = view_->modseq();
    auto gone = co_await store::Reader(*view_->pool()).vanished(ref(), at_select_.modseq, deadline);
    if (!gone) co_return forward(gone);
    std::vector<std::uint32_t> back;
    std::vector<std::size_t> blocks;
    const std::uint32_t uid_next = at_select_.uid_next.value;
    if (view_->uids()->count(UidMap::block_of(uid_next)) > 0) blocks.push_back(UidMap::block_of(uid_next));
    if (gone->uids) {
        for (const store::UidRange& range : *gone->uids) {
            for (std::uint64_t uid = range.first; uid <= range.last && uid < uid_next; ++uid) {
                back.push_back(static_cast<std::uint32_t>(uid));
                const std::size_t block = UidMap::block_of(back.back());
                if (view_->uids()->count(block) > 0) blocks.push_back(block);
            }
        }
    }
    std::ranges::sort(blocks);
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    if (auto touched = co_await view_->touch(blocks, deadline); !touched) co_return forward(touched);
    if (view_->modseq() != view_at) co_return co_await as_selected(deadline);  // more may have vanished; bounded by the deadline
    auto then = std::make_shared<UidMap>(*view_->uids());
    then->cut(uid_next);
    then->add(back);
    co_return SharedUids(std::move(then));
}

// Blocks of the client's numbering that are not known are the view's own: whatever changes in a view is known before it changes.
Task<Result<void>> Selected::know(std::vector<std::size_t> blocks, Ready ready, Deadline deadline) {
    if (ready == Ready::numbers) std::erase_if(blocks, [this](std::size_t block) { return uids_->known(block); });
    if (blocks.empty()) co_return Result<void>{};
    co_return co_await view_->touch(std::move(blocks), deadline);
}

Task<Result<std::vector<Target>>> Selected::all(Deadline deadline, Ready ready) {
    static const auto everything = imap::SequenceSet::parse("1:*");
    if (auto numbered = co_await number(deadline); !numbered) co_return forward(numbered);
    if (count() == 0) co_return std::vector<Target>();
    co_return co_await resolve(*everything, Numbers::sequence, deadline, ready);
}

std::uint32_t Selected::largest_uid() const {
    if (!uids_ || uids_->size() == 0) return 0;
    return uids_->known(uids_->last_block()) ? uids_->largest() : uid_next_ - 1;
}

Task<Result<imap::NumberSet>> Selected::meant(imap::SequenceSet set, Numbers numbers, Deadline deadline) {
    if (auto numbered = co_await number(deadline); !numbered) co_return forward(numbered);
    if (set.is_last_result()) {  // what was expunged since is no longer in it (RFC 5182 §2.1)
        const auto targets = co_await saved(Ready::numbers, deadline);
        if (!targets) co_return forward(targets);
        imap::NumberSet out;
        for (const Target& target : *targets) out.add(numbers == Numbers::uid ? target.uid : target.number);
        co_return out;
    }
    if (numbers == Numbers::sequence) {
        if (set.beyond(count())) co_return unexpected(Fault::syntax, "There is no message of that number");
        co_return set.resolve(count());
    }
    const bool has_star = std::ranges::any_of(
        set.items(), [](const imap::Range& item) { return item.first == imap::SequenceSet::star || item.last == imap::SequenceSet::star; });
    if (!has_star || count() == 0) co_return set.resolve(0);
    if (auto known = co_await know({uids_->last_block()}, Ready::numbers, deadline); !known) co_return forward(known);
    co_return set.resolve(largest_uid());
}

Task<Result<std::vector<Target>>> Selected::resolve(imap::SequenceSet set, Numbers numbers, Deadline deadline, Ready ready) {
    if (set.is_last_result()) co_return co_await saved(ready, deadline);
    const auto wanted = co_await meant(std::move(set), numbers, deadline);
    if (!wanted) co_return forward(wanted);
    const SharedUids map = uids_;
    const auto blocks = blocks_of(*map, *wanted, numbers);
    if (auto known = co_await know(blocks, ready, deadline); !known) co_return forward(known);
    std::vector<Target> out;
    auto range = wanted->ranges().begin();
    for (const std::size_t block : blocks) {
        if (!map->known(block)) continue;  // expunged as a whole before anybody knew it
        std::uint32_t number = map->before(block);
        map->each(block, [&](std::uint32_t uid) {
            ++number;
            const std::uint32_t value = numbers == Numbers::uid ? uid : number;
            while (range != wanted->ranges().end() && range->last < value) ++range;
            if (range != wanted->ranges().end() && range->first <= value) out.push_back({number, uid});
        });
    }
    co_return out;
}

Task<Result<std::vector<Target>>> Selected::saved(Ready ready, Deadline deadline) {
    imap::NumberSet uids;
    for (const std::uint32_t uid : searches_.saved) uids.add(uid);
    if (uids.empty()) co_return std::vector<Target>();
    co_return co_await resolve(imap::SequenceSet::of(uids), Numbers::uid, deadline, ready);
}

Task<Result<std::vector<Target>>> Selected::numbered(std::span<const store::Placement> messages, Deadline deadline) {
    if (auto ready = co_await number(deadline); !ready) co_return forward(ready);
    const SharedUids map = uids_;
    std::vector<std::size_t> blocks;
    for (const store::Placement& one : messages) {
        const std::size_t block = UidMap::block_of(one.uid.value);
        if (map->count(block) > 0 && (blocks.empty() || blocks.back() < block)) blocks.push_back(block);
    }
    if (auto known = co_await know(std::move(blocks), Ready::numbers, deadline); !known) co_return forward(known);
    std::vector<Target> out;
    for (const store::Placement& one : messages)
        if (map->known(UidMap::block_of(one.uid.value)))
            if (const std::uint32_t number = map->number_of(one.uid.value); number > 0) out.push_back({number, one.uid.value});
    co_return out;
}

Task<Result<std::vector<std::uint32_t>>> Selected::uids_at(std::vector<std::uint32_t> numbers, Deadline deadline) {
    if (auto ready = co_await number(deadline); !ready) co_return forward(ready);
    const SharedUids map = uids_;
    std::vector<std::size_t> blocks;
    for (const std::uint32_t number : numbers)
        if (const std::size_t block = map->block_at(number); blocks.empty() || blocks.back() < block) blocks.push_back(block);
    if (auto known = co_await know(std::move(blocks), Ready::numbers, deadline); !known) co_return forward(known);
    std::vector<std::uint32_t> out;
    for (const std::uint32_t number : numbers) {
        const std::size_t block = map->block_at(number);
        out.push_back(map->known(block) ? map->uid_of(number) : UidMap::last_of(block));
    }
    co_return out;
}

Task<Result<void>> Selected::touch(std::span<const Target> targets, Deadline deadline) {
    std::vector<std::size_t> blocks;
    View::Finder messages(*view_);
    for (const Target& target : targets) {
        const std::size_t block = UidMap::block_of(target.uid);
        if ((blocks.empty() || blocks.back() < block) && messages.find(target.uid) == nullptr) blocks.push_back(block);
    }
    if (blocks.empty()) co_return Result<void>{};
    co_return co_await view_->touch(std::move(blocks), deadline);
}

void Selected::append_flags(std::string& out) const {
    out += "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    append_keywords(out, view_->row().keywords);
    out += ")\r\n";
}

void Selected::tell_keywords(std::string& out) {
    const std::size_t now = digest(view_->row().keywords);
    if (std::exchange(keywords_told_, now) != now) append_flags(out);
}

void Selected::append_permanent_flags(std::string& out) const {
    if (read_only()) return;
    const auto add = [&](std::string_view flag) {
        if (!out.empty() && out.back() != '(') out += ' ';
        out += flag;
    };
    if (rights_.has(store::Right::write)) add("\\Answered \\Flagged");
    if (rights_.has(store::Right::mark)) add("\\Deleted");
    if (rights_.has(store::Right::seen)) add("\\Seen");
    if (!rights_.has(store::Right::write)) return;
    add("\\Draft");
    append_keywords(out, view_->row().keywords);
    out += " \\*";  // where there is no room, room is made if names are not in use
}

}  // namespace sky::imapd
