#pragma once
// How sessions and requests to end them look in Redis: hashes presence:session:<id>, sets presence:account:<account> of ids, and messages
// on the channel presence:end.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/presence/presence.h"
#include "sky/redis/value.h"

namespace sky::presence::wire {

using Command = std::vector<std::string>;

inline constexpr std::string_view session_prefix = "presence:session:";
inline constexpr std::string_view end_channel = "presence:end";

std::string session_key(std::string_view id);
std::string account_key(AccountId account);

std::vector<Command> write(const Session& session);  // four commands
std::vector<Command> renew(const Session& session);  // two; the first answers 0 when Redis has lost the session
std::vector<Command> remove(const Session& session);
inline constexpr std::size_t write_size = 4, renew_size = 2;

// Of HGETALL; none when the hash is gone or no session.
std::optional<Session> read(const redis::Value& hash);

// A request on presence:end.
struct End {
    Filter filter;
    std::string text;
};
std::string write(const Filter& filter, std::string_view text);
std::optional<End> read_end(std::string_view payload);

bool matches(const Session& session, const Filter& filter);
bool is_empty(const Filter& filter);

}  // namespace sky::presence::wire
