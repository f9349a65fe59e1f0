#include "imap/store/uid_map.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace sky::imapd {
namespace {

using Words = std::array<std::uint64_t, UidMap::span / 64>;

constexpr std::uint64_t below(unsigned bit) { return (std::uint64_t{1} << bit) - 1; }

// The first `count` UIDs of a block.
std::shared_ptr<const Words> leading(std::uint32_t count) {
    static const auto full = [] {
        auto bits = std::make_shared<Words>();
        bits->fill(~std::uint64_t{0});
        return bits;
    }();
    if (count == UidMap::span) return full;
    auto bits = std::make_shared<Words>();
    for (std::uint32_t word = 0; word * 64 < count; ++word)
        (*bits)[word] = count - word * 64 >= 64 ? ~std::uint64_t{0} : below(count - word * 64);
    return bits;
}

struct Place {
    std::size_t block, word;
    unsigned bit;
};
Place place_of(std::uint32_t uid) {
    const std::uint32_t at = (uid - 1) % UidMap::span;
    return {UidMap::block_of(uid), at / 64, at % 64};
}

}  // namespace

UidMap::UidMap(const std::vector<std::uint16_t>& counts, std::uint32_t uid_next) {
    const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    const bool whole = total + 1 == uid_next;
    for (const std::uint16_t count : counts) {
        if (count == 0) {
            blocks_.push_back(nullptr);
            continue;
        }
        blocks_.push_back(std::make_shared<Block>(Block{count, whole || count == span ? leading(count) : nullptr}));
    }
    count_again();
}

std::size_t UidMap::block_at(std::uint32_t number) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(before_, number) - before_.begin()) - 1;
}

std::size_t UidMap::last_block() const {
    for (std::size_t block = blocks_.size(); block-- > 0;)
        if (blocks_[block]) return block;
    return blocks_.size();
}

bool UidMap::contains(std::uint32_t uid) const {
    const Place at = place_of(uid);
    return count(at.block) > 0 && ((*blocks_[at.block]->bits)[at.word] >> at.bit & 1) != 0;
}

std::uint32_t UidMap::number_of(std::uint32_t uid) const {
    if (!contains(uid)) return 0;
    const Place at = place_of(uid);
    const Bits& bits = *blocks_[at.block]->bits;
    int lower = std::popcount(bits[at.word] & below(at.bit));
    for (std::size_t word = 0; word < at.word; ++word) lower += std::popcount(bits[word]);
    return before_[at.block] + static_cast<std::uint32_t>(lower) + 1;
}

std::uint32_t UidMap::uid_of(std::uint32_t number) const {
    const std::size_t block = block_at(number);
    std::uint32_t left = number - before_[block] - 1;  // UIDs of the block before it
    const Bits& bits = *blocks_[block]->bits;
    for (std::size_t word = 0; word < bits.size(); ++word) {
        const auto here = static_cast<std::uint32_t>(std::popcount(bits[word]));
        if (left >= here) {
            left -= here;
            continue;
        }
        std::uint64_t rest = bits[word];
        for (; left > 0; --left) rest &= rest - 1;
        return static_cast<std::uint32_t>(first_of(block) + word * 64 + static_cast<unsigned>(std::countr_zero(rest)));
    }
    return 0;
}

std::uint32_t UidMap::largest() const {
    const std::size_t block = last_block();
    if (block == blocks_.size()) return 0;
    const Bits& bits = *blocks_[block]->bits;
    for (std::size_t word = bits.size(); word-- > 0;)
        if (bits[word] != 0)
            return static_cast<std::uint32_t>(first_of(block) + word * 64 + static_cast<unsigned>(std::bit_width(bits[word])) - 1);
    return 0;
}

bool UidMap::learn(std::size_t block, const std::vector<std::uint32_t>& uids) const {
    if (known(block)) return uids.size() == count(block);
    auto bits = std::make_shared<Bits>();
    std::uint32_t learned = 0;
    for (const std::uint32_t uid : uids) {
        const Place at = place_of(uid);
        if (at.block != block || ((*bits)[at.word] >> at.bit & 1) != 0) continue;
        (*bits)[at.word] |= std::uint64_t{1} << at.bit;
        ++learned;
    }
    if (learned != count(block)) return false;
    blocks_[block]->bits = std::move(bits);
    return true;
}

// A block that others share is left to them.
template <class F>
void UidMap::edit(std::size_t block, F change) {
    if (block >= blocks_.size()) blocks_.resize(block + 1);
    auto bits = std::make_shared<Bits>();
    if (blocks_[block]) *bits = *blocks_[block]->bits;
    change(*bits);
    std::uint32_t count = 0;
    for (const std::uint64_t word : *bits) count += static_cast<std::uint32_t>(std::popcount(word));
    if (blocks_[block] ? *blocks_[block]->bits == *bits : count == 0) return;
    blocks_[block] = count > 0 ? std::make_shared<Block>(Block{count, std::move(bits)}) : nullptr;
}

void UidMap::add(const std::vector<std::uint32_t>& uids) {
    for (auto from = uids.begin(); from != uids.end();) {
        const std::size_t block = block_of(*from);
        const auto to = std::find_if(from, uids.end(), [block](std::uint32_t uid) { return block_of(uid) != block; });
        edit(block, [&](Bits& bits) {
            for (; from != to; ++from) bits[place_of(*from).word] |= std::uint64_t{1} << place_of(*from).bit;
        });
    }
    count_again();
}

void UidMap::remove(const mailstore::UidSet& uids) {
    for (const mailstore::UidRange& range : uids) {
        for (std::size_t block = block_of(range.first); block < blocks_.size() && first_of(block) <= range.last; ++block) {
            if (!blocks_[block]) continue;
            edit(block, [&](Bits& bits) {
                const std::uint32_t last = std::min(range.last, last_of(block));
                for (std::uint64_t uid = std::max(range.first, first_of(block)); uid <= last; ++uid) {
                    const Place at = place_of(static_cast<std::uint32_t>(uid));
                    bits[at.word] &= ~(std::uint64_t{1} << at.bit);
                }
            });
        }
    }
    count_again();
}

void UidMap::empty_block(std::size_t block) {
    if (block < blocks_.size()) blocks_[block] = nullptr;
    count_again();
}

void UidMap::cut(std::uint32_t uid_next) {
    const std::size_t block = block_of(std::max(uid_next, 1U));
    if (block >= blocks_.size()) return;
    blocks_.resize(block + 1);
    if (blocks_[block]) {
        edit(block, [&](Bits& bits) {
            const Place at = place_of(uid_next);
            bits[at.word] &= below(at.bit);
            std::fill(bits.begin() + static_cast<std::ptrdiff_t>(at.word) + 1, bits.end(), 0);
        });
    }
    count_again();
}

void UidMap::count_again() {
    while (!blocks_.empty() && !blocks_.back()) blocks_.pop_back();
    before_.assign(1, 0);
    for (const auto& block : blocks_) before_.push_back(before_.back() + (block ? block->count : 0));
}

}  // namespace sky::imapd
