#pragma once
// The rows of each kind of thing, with the same columns wherever it is shown.
#include <vector>

#include "skyctl/output.h"
#include "skyctl/rpc/services.h"

namespace sky::skyctl {

// Sizes and times are for people in tables, plain numbers in JSON.
Table held_table(const delivery::ListHeldReply& held, Format format);
Table queue_table(const delivery::ListQueueReply& queue, Format format);
Table session_table(const admin::ListSessionsReply& sessions, Format format);
Table count_table(const char* what, std::int64_t count);

}  // namespace sky::skyctl
