#pragma once
// Which UIDs a mailbox holds, so that messages can be numbered: in blocks of 4,096 UIDs, of which the counts are always known and the
// UIDs once somebody asked. 512 octets a block, shared by every copy that holds the same UIDs there: a copy costs a pointer a block.
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "sky/mailstore/read.h"

namespace sky::imapd {

class UidMap {
  public:
    static constexpr std::uint32_t span = mailstore::uid_block;
    static std::size_t block_of(std::uint32_t uid) { return (uid - 1) / span; }
    static std::uint32_t first_of(std::size_t block) { return static_cast<std::uint32_t>(block * span + 1); }
    static std::uint32_t last_of(std::size_t block) { return first_of(block) + (span - 1); }

    UidMap() = default;
    // Where the counts leave no holes below uid_next, and in full blocks, the UIDs are known at once.
    UidMap(const std::vector<std::uint16_t>& counts, std::uint32_t uid_next);

    std::uint32_t size() const { return before_.empty() ? 0 : before_.back(); }
    std::size_t blocks() const { return blocks_.size(); }
    std::uint32_t count(std::size_t block) const { return block < blocks_.size() && blocks_[block] ? blocks_[block]->count : 0; }
    std::uint32_t before(std::size_t block) const { return block < blocks_.size() ? before_[block] : size(); }  // messages in lower blocks
    bool known(std::size_t block) const { return count(block) == 0 || blocks_[block]->bits != nullptr; }
    bool same(std::size_t block, const UidMap& other) const { return block_in(block) == other.block_in(block); }  // for certain
    std::size_t block_at(std::uint32_t number) const;  // of message `number`, 1 … size()
    std::size_t last_block() const;                    // that holds any; blocks() when there is none

    // These look into blocks that are known.
    bool contains(std::uint32_t uid) const;
    std::uint32_t number_of(std::uint32_t uid) const;  // 0: not here
    std::uint32_t uid_of(std::uint32_t number) const;
    std::uint32_t largest() const;  // 0: empty
    template <class F>
    void each(std::size_t block, F act) const {
        if (count(block) == 0) return;
        const Bits& bits = *blocks_[block]->bits;
        for (std::size_t word = 0; word < bits.size(); ++word)
            for (std::uint64_t left = bits[word]; left != 0; left &= left - 1)
                act(static_cast<std::uint32_t>(first_of(block) + word * 64 + static_cast<unsigned>(std::countr_zero(left))));
    }

    // The UIDs of a block, for this map and all that share the block. False, and nothing learned, when they are not as many as counted.
    bool learn(std::size_t block, const std::vector<std::uint32_t>& uids) const;

    // Blocks that are touched must be known; UIDs that are not there already (or no more) change nothing.
    void add(const std::vector<std::uint32_t>& uids);
    void remove(const mailstore::UidSet& uids);
    void empty_block(std::size_t block);  // known or not
    void cut(std::uint32_t uid_next);     // UIDs from here on go; its own block must be known

  private:
    using Bits = std::array<std::uint64_t, span / 64>;
    struct Block {
        std::uint32_t count = 0;
        std::shared_ptr<const Bits> bits;  // null: not known
    };
    const Block* block_in(std::size_t block) const { return block < blocks_.size() ? blocks_[block].get() : nullptr; }
    template <class F>
    void edit(std::size_t block, F change);
    void count_again();

    std::vector<std::shared_ptr<Block>> blocks_;  // null: empty
    std::vector<std::uint32_t> before_;           // one more than blocks
};

}  // namespace sky::imapd
