#pragma once
// What SORT and THREAD order messages by, from the store's columns.
#include <optional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

// Which of a row's columns are wanted; the others stay empty.
enum class SortBy : unsigned {
    nothing = 0,
    from = 1,
    to = 2,
    cc = 4,
    display_from = 8,
    display_to = 16,
    subject = 32,
    sent = 64,
    ancestry = 128
};
constexpr SortBy operator|(SortBy a, SortBy b) { return static_cast<SortBy>(static_cast<unsigned>(a) | static_cast<unsigned>(b)); }
constexpr bool has(SortBy set, SortBy one) { return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0; }

// Texts are prepared for comparing by octets (libs/mime fold.h).
struct SortRow {
    std::string from, to, cc, display_from, display_to, subject;
    std::optional<Time> sent;
    std::int16_t sent_offset = 0;  // minutes that the Date field's zone lies before UTC
    bool is_reply = false;
    std::int64_t message = 0;
    std::vector<std::int64_t> parents;
};

// One for each of `emails`, in that order; an email that is gone has an empty row. A row that was stored before there were sort keys is
// computed from the message's header.
Task<Result<std::vector<SortRow>>> sort_rows(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, SortBy wanted,
                                             Deadline deadline);

}  // namespace sky::mailstore
