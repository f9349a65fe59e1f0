#pragma once
// For clients that ask for one body after the other, each by a command of its own: the next few small ones are read with the one that is
// asked for, and wait here. What they hold is bounded, never changes, and is dropped by any other command and after some seconds of
// silence.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "imap/session.h"

namespace sky::imapd {

class BodiesAhead {
  public:
    static constexpr std::chrono::seconds patience{10};
    // The message's octets; empty when it is gone. Fault::corrupt: it, or one behind it, is damaged.
    Task<Result<std::string>> read(Session& session, const store::Placement& message);

  private:
    std::uint32_t last_uid_ = 0;
    std::vector<std::pair<EmailId, std::string>> waiting_;
};

}  // namespace sky::imapd
