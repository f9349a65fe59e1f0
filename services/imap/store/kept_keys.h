#pragma once
// What SORT and THREAD order messages by, kept beside the blocks of a view once somebody asked: a message's keys never change, so they are
// read once and go when the block is released. Packed: a key costs its octets and eight more.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/mailstore/sort.h"

namespace sky::imapd {

namespace store = mailstore;

class View;

// One kind of key of messages of one block, by UID. Immutable once it is kept, so that another thread may sort by it.
class KeyColumn {
  public:
    void add(std::uint32_t uid, std::string_view key);  // UIDs ascend
    void fit();                                         // nothing more will be added
    std::size_t size() const { return uids_.size(); }
    std::uint32_t uid(std::size_t at) const { return uids_[at]; }
    std::string_view key(std::size_t at) const {
        const std::uint32_t begin = at == 0 ? 0 : ends_[at - 1];
        return std::string_view(octets_).substr(begin, ends_[at] - begin);
    }
    std::size_t octets() const { return octets_.capacity() + (uids_.capacity() + ends_.capacity()) * sizeof(std::uint32_t); }

  private:
    std::vector<std::uint32_t> uids_, ends_;
    std::string octets_;
};

// The columns of a block: by bit of SortBy, then by SearchField (kept_fields.h); null: nobody asked for it.
inline constexpr std::size_t sort_columns = 8;
inline constexpr std::size_t field_columns = 5;
inline constexpr std::size_t key_columns = sort_columns + field_columns;
using BlockKeys = std::array<std::shared_ptr<const KeyColumn>, key_columns>;
std::size_t octets_of(const BlockKeys& keys);

// The keys of the messages that were asked for, by their place in what was asked. Holds what it points to. Of a message that is gone all
// are empty.
class KeptKeys {
  public:
    using SortBy = store::SortBy;
    std::string_view text(SortBy column, std::size_t at) const;
    bool is_reply(std::size_t at) const;  // comes with the subject
    struct Sent {
        std::optional<Time> time;
        std::int16_t offset = 0;  // minutes of its zone
    };
    Sent sent(std::size_t at) const;
    struct Ancestry {
        std::int64_t message = 0;
        std::vector<std::int64_t> parents;
    };
    Ancestry ancestry(std::size_t at) const;

  private:
    friend class KeyReading;
    std::string_view packed(SortBy column, std::size_t at) const;
    std::array<std::vector<std::string_view>, sort_columns> keys_;
    std::vector<std::shared_ptr<const KeyColumn>> held_;
};

// Messages of blocks that the view does not hold are read and not kept.
Task<Result<KeptKeys>> kept_keys(View& view, std::vector<std::uint32_t> uids, store::SortBy wanted, Deadline deadline);

}  // namespace sky::imapd
