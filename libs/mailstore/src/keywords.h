#pragma once
// Keyword names of a mailbox and their bits. Names compare without case and keep their first spelling, and their bit while a message has
// it.
#include <string>
#include <vector>

#include "rows.h"

namespace sky::mailstore {

// Fault::syntax for what no IMAP client could say (RFC 9051 §9 flag-keyword is an atom) or what is too long.
Result<void> check_keywords(const std::vector<std::string>& names);

Error no_room_for_keyword();                                                 // Fault::limit: it names max_keywords already
std::vector<std::string> distinct_keywords(std::vector<std::string> names);  // the first of each that differ in case only

bool is_no_room_for_keyword(const Error& error);
// Forgets the names that no message of the mailbox has. False: there were none.
Task<Result<bool>> reclaim_keywords(pg::Pool& pool, MailboxRef mailbox, Deadline deadline);

// Once more after that, where there was no room for a keyword in `mailbox`. `attempt()` is Task<Result<…>>, and repeatable.
template <class Attempt>
auto with_room_for_keywords(pg::Pool& pool, MailboxRef mailbox, Deadline deadline, Attempt attempt) -> decltype(attempt()) {
    auto done = co_await attempt();
    if (done || !is_no_room_for_keyword(done.error())) co_return done;
    const auto freed = co_await reclaim_keywords(pool, mailbox, deadline);
    if (!freed) co_return forward(freed);
    if (!*freed) co_return done;
    co_return co_await attempt();
}

struct KeywordTickets {
    std::optional<pg::Transaction::Ticket> added;
    pg::Transaction::Ticket known;
};
// Gives names without a bit one (none: only reads). Queue after lock_account, before what uses the bits.
KeywordTickets queue_keywords(pg::Transaction& tx, MailboxRef mailbox, std::vector<std::string> names);
// All the mailbox's keywords. Fault::limit when there would be more than max_keywords, Fault::not_found without such a mailbox.
Task<Result<std::vector<std::string>>> take_keywords(pg::Transaction& tx, KeywordTickets tickets);

std::uint64_t keyword_bits(const std::vector<std::string>& known, const std::vector<std::string>& names);
std::vector<std::string> keyword_names(const std::vector<std::string>& known, std::uint64_t bits);

}  // namespace sky::mailstore
