#pragma once
// Memory for messages on their way in, counted in octets as they come; a command holds up to twice that while it makes them ready. Shared
// by all sessions of a shard: whoever finds no room waits for his turn. No account gets more than a quarter, so that none takes it all.
#include <cstdint>
#include <unordered_map>

#include "sky/async/event.h"
#include "sky/base/ids.h"
#include "sky/base/result.h"

namespace sky::imapd {

class UploadRoom {
  public:
    explicit UploadRoom(std::uint64_t octets) : octets_(octets) {}

    // What one command has taken; given back when it is gone.
    class Share {
      public:
        Share(UploadRoom& room, AccountId account) : room_(&room), account_(account) {}
        Share(Share&& other) noexcept;
        Share& operator=(Share&&) = delete;
        ~Share();

        // Takes more, or nothing: Fault::limit when that is too much for one command, unavailable when there was no room until the
        // deadline.
        Task<Result<void>> grow(std::uint64_t octets, Deadline deadline);
        // From now on only so much is held, or less.
        void shrink_to(std::uint64_t octets);

      private:
        UploadRoom* room_;
        AccountId account_;
        std::uint64_t taken_ = 0;
    };

    std::uint64_t taken() const { return taken_; }

  private:
    bool has_room(AccountId account, std::uint64_t octets) const;

    std::uint64_t octets_;
    std::uint64_t taken_ = 0;
    std::unordered_map<AccountId, std::uint64_t> by_account_;
    Event given_;
};

}  // namespace sky::imapd
