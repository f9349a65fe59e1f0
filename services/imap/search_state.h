#pragma once
// What searches leave behind in a selected mailbox: the last saved result (RFC 5182), and results whose changes are told (RFC 5267 §4.3).
#include <cstdint>
#include <string>
#include <vector>

#include "imap/telling.h"
#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/sort.h"
#include "sky/mailstore/types.h"

namespace sky::imapd {

// What a message is sorted by: one entry a criterion, numbers or text as the criterion has it.
struct SortKey {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> texts;
};

// A result that the client holds and we keep up to date.
struct UpdateContext {
    std::string tag;
    Numbers form = Numbers::sequence;
    imap::SearchKey root;             // message numbers have become UIDs
    std::vector<std::uint32_t> uids;  // as told: ascending, or in the order of `criteria`
    std::vector<imap::SortCriterion> criteria;
    std::vector<SortKey> keys;                // of a sorted result, beside `uids`
    ModSeq seen;                              // messages changed up to here have been looked at
    std::vector<imap::FetchItem> items = {};  // told of new messages (RFC 5465 §7)
    std::uint32_t next_uid = 0;               // from here on messages are new
};

struct SearchState {
    static constexpr std::size_t max_contexts = 16;
    static constexpr std::size_t max_sorted = 20'000;  // results of a sorted context: their keys stay in memory
    std::vector<std::uint32_t> saved;                  // UIDs, ascending
    std::vector<UpdateContext> contexts;
};

}  // namespace sky::imapd
