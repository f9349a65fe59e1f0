#pragma once
// How much a user may still send, by its plan. A message is counted at MAIL, before it is there, so that sessions side by side can't pass
// the limit together; it counts no more when nothing comes of it, and once however often it is sent again. The counts are Redis's; this
// shard's memory always counts along, and counts alone while Redis is away: never open doors.
#include <memory>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "smtp/send_counts.h"

namespace sky::redis {
class Client;
}

namespace sky::smtpd {

class Sends {
  public:
    Sends(Executor executor, redis::Client* redis, const Clock& clock);  // null: no Redis is configured
    ~Sends();

    // One message's place in the counts; it is given back when this goes, unless the message was accepted.
    class Ticket {
      public:
        Ticket() = default;
        Ticket(Ticket&& other) noexcept;
        Ticket& operator=(Ticket&& other) noexcept;
        ~Ticket();
        // Accepted by delivery under this id, which a repetition gets again.
        void keep(const Uuid& ingest);

      private:
        friend class Sends;
        void give_back();
        std::shared_ptr<struct SendsState> state_;
        AccountId account_;
        SendWindows windows_;
        bool in_redis_ = false;
    };
    // Fault::limit: not now; the text says when.
    Task<Result<Ticket>> take(AccountId account, identity::SendLimits limits);

    // Waits for what Redis is still to be told.
    Task<void> stop(Deadline deadline);

  private:
    std::shared_ptr<SendsState> state_;
};

}  // namespace sky::smtpd
