#pragma once
// "* STATUS name (…)", for STATUS and for LIST-STATUS (RFC 5819).
#include <string>
#include <vector>

#include "sky/imap-proto/status.h"
#include "sky/mailstore/types.h"

namespace sky::imapd {

void append_status(std::string& out, const mailstore::Mailbox& mailbox, const std::vector<imap::StatusItem>& items);

}  // namespace sky::imapd
