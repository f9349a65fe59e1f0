#pragma once
// Header fields as SEARCH compares them (libs/mime fold.h), kept beside the blocks of a view where the same field is searched again and
// again, as by somebody who types: then neither the index nor the store is asked. They never change, and go with their block.
#include <string_view>
#include <vector>

#include "imap/store/view.h"

namespace sky::imapd {

// Of some messages at least.
bool keeps(View& view, store::SearchField field);

struct FieldMatches {
    std::vector<std::uint32_t> found;    // UIDs of messages whose field contains the needle
    std::vector<std::uint32_t> unknown;  // of those whose field is not kept, or only its beginning
};
// Of these messages (UIDs ascending), by what is kept. `needle` is folded.
FieldMatches match_kept(View& view, store::SearchField field, std::string_view needle, const std::vector<std::uint32_t>& uids);

// Is it worth to read the field of the whole mailbox now, for this search and those to come? Notes that it was searched: from the second
// time on, and not where a mailbox is so large that the index is as fast.
bool worth_keeping(View& view, store::SearchField field, std::size_t unknown);

// Reads the field of all messages in the blocks that the view holds, a block at a time, and keeps it.
Task<Result<void>> keep_field(View& view, store::SearchField field, Deadline deadline);

}  // namespace sky::imapd
