#include "imap/store/kept_keys.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>

#include "imap/store/view.h"

namespace sky::imapd {
namespace {

using store::SortBy;
using store::SortRow;

constexpr std::size_t at_once = 20'000;  // messages: their rows are held until they are packed

std::size_t index_of(SortBy column) { return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(column))); }
SortBy column_at(std::size_t index) { return static_cast<SortBy>(1U << index); }

template <class T>
void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view octets, std::size_t at) {
    T value;
    std::memcpy(&value, octets.data() + at, sizeof value);
    return value;
}

std::string pack(const SortRow& row, SortBy column) {
    std::string out;
    switch (column) {
        case SortBy::from:
            return row.from;
        case SortBy::to:
            return row.to;
        case SortBy::cc:
            return row.cc;
        case SortBy::display_from:
            return row.display_from;
        case SortBy::display_to:
            return row.display_to;
        case SortBy::subject:  // the text, and behind it whether it is a reply
            (out = row.subject) += row.is_reply ? '\1' : '\0';
            return out;
        case SortBy::sent:
            if (!row.sent) return out;
            put(out, unix_micros(*row.sent));
            put(out, row.sent_offset);
            return out;
        case SortBy::ancestry:
            if (row.message == 0 && row.parents.empty()) return out;
            put(out, row.message);
            for (const std::int64_t parent : row.parents) put(out, parent);
            return out;
        case SortBy::nothing:
            break;
    }
    return out;
}

}  // namespace

void KeyColumn::add(std::uint32_t uid, std::string_view key) {
    uids_.push_back(uid);
    octets_ += key;
    ends_.push_back(static_cast<std::uint32_t>(octets_.size()));
}

void KeyColumn::fit() {
    uids_.shrink_to_fit();
    ends_.shrink_to_fit();
    octets_.shrink_to_fit();
}

std::size_t octets_of(const BlockKeys& keys) {
    std::size_t total = 0;
    for (const auto& column : keys)
        if (column) total += column->octets();
    return total;
}

std::string_view KeptKeys::packed(SortBy column, std::size_t at) const {
    const auto& keys = keys_[index_of(column)];
    return at < keys.size() ? keys[at] : std::string_view();
}

std::string_view KeptKeys::text(SortBy column, std::size_t at) const {
    std::string_view key = packed(column, at);
    if (column == SortBy::subject && !key.empty()) key.remove_suffix(1);
    return key;
}

bool KeptKeys::is_reply(std::size_t at) const { return packed(SortBy::subject, at).ends_with('\1'); }

KeptKeys::Sent KeptKeys::sent(std::size_t at) const {
    const std::string_view key = packed(SortBy::sent, at);
    if (key.empty()) return {};
    return {from_unix_micros(take<std::int64_t>(key, 0)), take<std::int16_t>(key, sizeof(std::int64_t))};
}

KeptKeys::Ancestry KeptKeys::ancestry(std::size_t at) const {
    const std::string_view key = packed(SortBy::ancestry, at);
    Ancestry out;
    if (key.empty()) return out;
    out.message = take<std::int64_t>(key, 0);
    out.parents.resize(key.size() / sizeof(std::int64_t) - 1);
    if (!out.parents.empty()) std::memcpy(out.parents.data(), key.data() + sizeof(std::int64_t), key.size() - sizeof(std::int64_t));
    return out;
}

// One reading: what is kept is looked up, what is missing is read and kept, then looked up.
class KeyReading {
  public:
    KeyReading(View& view, std::vector<std::uint32_t> uids, SortBy wanted, Deadline deadline)
        : view_(view), uids_(std::move(uids)), wanted_(wanted), deadline_(deadline), order_(uids_.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        if (!std::ranges::is_sorted(uids_)) std::ranges::sort(order_, {}, [this](std::size_t at) { return uids_[at]; });
        for (std::size_t i = 0; i < sort_columns; ++i)
            if (store::has(wanted_, column_at(i))) out_.keys_[i].resize(uids_.size());
    }

    Task<Result<KeptKeys>> run() {
        std::vector<std::size_t> missing;  // places in uids_, by UID
        for (std::size_t at = 0; at < order_.size();) {
            const std::size_t end = end_of_block(at);
            if (!look_up(at, end)) missing.insert(missing.end(), order_.begin() + offset(at), order_.begin() + offset(end));
            at = end;
        }
        for (std::size_t at = 0; at < missing.size(); at += at_once) {
            const std::span<const std::size_t> some(missing.data() + at, std::min(at_once, missing.size() - at));
            if (auto done = co_await read(some); !done) co_return forward(done);
        }
        co_return std::move(out_);
    }

  private:
    enum class Keep { yes, no };
    static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

    std::size_t end_of_block(std::size_t at) const {
        const std::size_t block = UidMap::block_of(uids_[order_[at]]);
        while (at < order_.size() && UidMap::block_of(uids_[order_[at]]) == block) ++at;
        return at;
    }

    // Points the messages order_[first, end) of one block to their keys; false where one of them is not kept.
    bool look_up(std::size_t first, std::size_t end) {
        const BlockKeys* kept = view_.keys(UidMap::block_of(uids_[order_[first]]));
        if (kept == nullptr) return false;
        for (std::size_t i = 0; i < sort_columns; ++i) {
            if (!store::has(wanted_, column_at(i))) continue;
            const auto& column = (*kept)[i];
            if (!column) return false;
            out_.held_.push_back(column);
            std::size_t in_column = 0;
            for (std::size_t at = first; at < end; ++at) {
                const std::uint32_t uid = uids_[order_[at]];
                while (in_column < column->size() && column->uid(in_column) < uid) ++in_column;
                if (in_column == column->size() || column->uid(in_column) != uid) return false;
                out_.keys_[i][order_[at]] = column->key(in_column);
            }
        }
        return true;
    }

    // Messages that the view does not find are gone, or in a block that nobody touched.
    Task<Result<void>> read(std::span<const std::size_t> some) {
        std::vector<EmailId> emails;
        std::vector<std::size_t> found;
        View::Finder messages(view_);
        for (const std::size_t place : some) {
            const store::Placement* message = messages.find(uids_[place]);
            if (message == nullptr) continue;
            found.push_back(place);
            emails.push_back(message->email);
        }
        const UidValidity validity = view_.row().uid_validity;
        const auto rows = co_await store::sort_rows(*view_.pool(), view_.ref().tenant, std::move(emails), wanted_, deadline_);
        if (!rows) co_return forward(rows);
        const Keep keep = view_.row().uid_validity == validity ? Keep::yes : Keep::no;  // else its UIDs are others now
        const std::span<const std::size_t> places(found);
        for (std::size_t begin = 0, end = 0; begin < places.size(); begin = end) {
            const std::size_t block = UidMap::block_of(uids_[places[begin]]);
            while (end < places.size() && UidMap::block_of(uids_[places[end]]) == block) ++end;
            BlockKeys* kept = keep == Keep::yes ? view_.keys(block) : nullptr;
            for (std::size_t i = 0; i < sort_columns; ++i)
                if (store::has(wanted_, column_at(i)))
                    pack_block(kept, i, places.subspan(begin, end - begin), std::span(*rows).subspan(begin, end - begin));
        }
        co_return Result<void>{};
    }

    // The rows of one block become a column, together with what was kept there.
    void pack_block(BlockKeys* kept, std::size_t index, std::span<const std::size_t> places, std::span<const SortRow> rows) {
        auto column = std::make_shared<KeyColumn>();
        std::vector<std::size_t> at(places.size());  // in the column
        const KeyColumn none;
        const KeyColumn& old = kept != nullptr && (*kept)[index] ? *(*kept)[index] : none;
        std::size_t next = 0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::uint32_t uid = uids_[places[i]];
            for (; next < old.size() && old.uid(next) < uid; ++next) column->add(old.uid(next), old.key(next));
            if (next < old.size() && old.uid(next) == uid) ++next;
            if (column->size() == 0 || column->uid(column->size() - 1) != uid) column->add(uid, pack(rows[i], column_at(index)));
            at[i] = column->size() - 1;
        }
        for (; next < old.size(); ++next) column->add(old.uid(next), old.key(next));
        column->fit();
        for (std::size_t i = 0; i < places.size(); ++i) out_.keys_[index][places[i]] = column->key(at[i]);
        out_.held_.push_back(column);
        if (kept != nullptr) (*kept)[index] = std::move(column);
    }

    View& view_;
    std::vector<std::uint32_t> uids_;
    SortBy wanted_;
    Deadline deadline_;
    std::vector<std::size_t> order_;  // of uids_, ascending
    KeptKeys out_;
};

Task<Result<KeptKeys>> kept_keys(View& view, std::vector<std::uint32_t> uids, SortBy wanted, Deadline deadline) {
    KeyReading reading(view, std::move(uids), wanted, deadline);
    co_return co_await reading.run();
}

}  // namespace sky::imapd
