#pragma once
// In whose name a user may write: its own addresses, and mailboxes that it is a delegate of.
#include <string>

#include "smtp/asked.h"

namespace sky::smtpd {

struct Authority {
    enum class Tie { none, own, send_as, on_behalf } tie = Tie::none;
    identity::Target mailbox;  // of send_as and on_behalf: whose name it is
    bool keeps_copy = false;   // that mailbox keeps a copy of what is sent so
};

// Fault::unavailable when auth can't say.
Task<Result<Authority>> authority_over(Directory& directory, const identity::Principal& user, std::string address, Deadline deadline);

}  // namespace sky::smtpd
