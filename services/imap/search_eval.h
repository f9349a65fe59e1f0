#pragma once
// Evaluating a search: each key narrows a list of candidates. What the view knows costs nothing; the store is asked for the rest, and
// message texts are read last, only of what is left.
#include <map>
#include <vector>

#include "imap/session.h"
#include "sky/imap-proto/search.h"

namespace sky::imapd {

// Where a search looks, and for whom: it ends when the client is gone.
struct SearchScope {
    House& house;
    Selected& mailbox;
    const net::Stream& client;
    Progress* progress = nullptr;  // null: nobody waits
};
SearchScope scope_of(Session& session, Progress* progress = nullptr);

// How well messages match what was asked for fuzzily, by UID (RFC 6203 §4).
struct Score {
    unsigned sum = 0;  // of 1 to 100 each
    unsigned keys = 0;
};
using Scores = std::map<std::uint32_t, Score>;
unsigned score_of(const Scores& scores, std::uint32_t uid);  // 1 to 100; 100 for what no fuzzy key looked at

// The messages among `candidates` (ascending) that match, ascending.
Task<Result<std::vector<Target>>> search_messages(const SearchScope& scope, const imap::SearchKey& key, std::vector<Target> candidates,
                                                  Scores* scores = nullptr);

// Strings of searches in any charset that mail comes in (RFC 3501 §6.4.4).
std::optional<std::string> decode_charset(std::string_view octets, std::string_view charset);

// The charsets we name when one is not known.
inline constexpr std::string_view bad_charset = "BADCHARSET (UTF-8 US-ASCII)";

}  // namespace sky::imapd
