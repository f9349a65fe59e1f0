#include "imap/upload_room.h"

#include <utility>

namespace sky::imapd {

UploadRoom::Share::Share(Share&& other) noexcept : room_(other.room_), account_(other.account_), taken_(std::exchange(other.taken_, 0)) {}

UploadRoom::Share::~Share() { shrink_to(0); }

void UploadRoom::Share::shrink_to(std::uint64_t octets) {
    if (octets >= taken_) return;
    const std::uint64_t given = taken_ - octets;
    taken_ = octets;
    room_->taken_ -= given;
    const auto mine = room_->by_account_.find(account_);
    if ((mine->second -= given) == 0) room_->by_account_.erase(mine);
    room_->given_.notify_all();
}

Task<Result<void>> UploadRoom::Share::grow(std::uint64_t octets, Deadline deadline) {
    if (taken_ + octets > room_->octets_ / 4) co_return unexpected(Fault::limit, "These messages are too much for one command");
    while (!room_->has_room(account_, octets))
        if (!co_await room_->given_.wait(deadline))
            co_return unexpected(Fault::unavailable, "Too much mail is being uploaded at the moment, try again later");
    taken_ += octets;
    room_->taken_ += octets;
    room_->by_account_[account_] += octets;
    co_return Result<void>{};
}

bool UploadRoom::has_room(AccountId account, std::uint64_t octets) const {
    const auto mine = by_account_.find(account);
    return taken_ + octets <= octets_ && (mine == by_account_.end() || mine->second + octets <= octets_ / 4);
}

}  // namespace sky::imapd
