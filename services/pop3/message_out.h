#pragma once
// A message, or its top, to the client in constant memory.
#include <optional>

#include "pop3/session.h"

namespace sky::pop3d {

// `lines`: as TOP's; none: all of it. An Error before anything was sent; what breaks later ends the session without the final dot, so that
// no client takes a part for the whole.
Task<Answer> send_message(Session& session, const Message& message, std::string first_line, std::optional<std::uint32_t> lines);

}  // namespace sky::pop3d
