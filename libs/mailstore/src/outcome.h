#pragma once
// What the functions that write in one call answer (migrations 0018, 0020).
#include <cstdint>

#include "sky/base/result.h"

namespace sky::mailstore {

enum class Outcome : std::int16_t { done, no_account, no_mailbox, full, share_used_up, no_uids, no_room_for_keyword };

std::unexpected<Error> refusal(Outcome outcome);

}  // namespace sky::mailstore
