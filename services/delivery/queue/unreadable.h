#pragma once
// A queued message whose octets could not be read.
#include "delivery/queue/verdict.h"

namespace sky::delivery {

// It waits, and the log says whether the database was away for a moment or the message is damaged: then somebody must look.
Verdict unreadable(const store::Claimed& message, const Error& error);

}  // namespace sky::delivery
